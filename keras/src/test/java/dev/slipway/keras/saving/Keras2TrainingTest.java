package dev.slipway.keras.saving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Keras2TrainingTest {
    @ParameterizedTest
    @ValueSource(strings = {"2.3.1", "2.2.4-tf", "2.10.0"})
    void theCosineIsThatOfKeras3(String version) {
        assertThat(cosines(version)).hasToString("""
                {"loss":"cosine_similarity","metrics":[{"class_name":"CosineSimilarity",\
                "config":{"name":"cosine_proximity"}}],"weighted_metrics":null}""");
    }

    /** It was a mean over the numbers of a vector, or its metric was negative: the name stays, which no training knows. */
    @ParameterizedTest
    @ValueSource(strings = {"", "1.2.2", "2.0.8", "2.2.4"})
    void theCosineBefore2Point3IsAnother(String version) {
        assertThat(cosines(version)).hasToString("""
                {"loss":"cosine_proximity","metrics":["cosine_proximity"],"weighted_metrics":null}""");
    }

    private static ObjectNode cosines(String version) {
        ObjectNode compile = Config.json().put("loss", "cosine_proximity");
        compile.putArray("metrics").add("cosine_proximity");
        return Keras2Training.compileConfig(compile.putNull("weighted_metrics"), version);
    }
}
