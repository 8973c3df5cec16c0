package dev.slipway.keras.saving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Keras2CompileTest {
    @ParameterizedTest
    @CsvSource({"2.0.8, lr", "2.2.4, lr", "2.2.4-tf, lr", "2.3.1, learning_rate", "2.10.0, learning_rate"})
    void theLearningRateHasTheNameThatTheVersionKnows(String version, String name) {
        ObjectNode compile = Config.json().put("loss", "mse");
        compile.putObject("optimizer")
                .put("class_name", "SGD")
                .putObject("config")
                .put("learning_rate", 0.5)
                .put("momentum", 0.25);
        compile.putNull("metrics").putNull("weighted_metrics").putNull("loss_weights");
        assertThat(Keras2Compile.trainingConfig(compile, version))
                .hasValueSatisfying(config -> assertThat(config)
                        .contains('"' + name + "\":0.5")
                        .containsOnlyOnce("0.5")
                        .contains("\"momentum\":0.25"));
    }
}
