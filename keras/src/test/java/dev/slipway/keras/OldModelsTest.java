package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Architectures of Keras 1 and 2, and TensorFlow's functions that such models recorded, give what they are defined to give.
 * {@code fixtures/old/make_models.py} computes it with numpy; a line of {@code models.jsonl} is a model.
 */
class OldModelsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<String> models() throws IOException {
        return Files.readAllLines(Fixtures.old("models.jsonl")).stream();
    }

    @ParameterizedTest
    @MethodSource("models")
    void givesWhatItIsDefinedToGive(String line) {
        JsonNode known = json(line);
        try (Model model = Model.fromJson((ObjectNode) known.get("model"), LayerRegistry.builtIn(), 0)) {
            known.get("weights")
                    .properties()
                    .forEach(weight -> model.assign(weight.getKey(), tensor(weight.getValue())));
            Map<String, Tensor> rows = new LinkedHashMap<>();
            for (TensorSpec input : model.inputs()) {
                JsonNode x = known.has("inputs") ? known.get("inputs").get(rows.size()) : known.get("input");
                rows.put(input.name(), tensor(x).cast(input.type()));
            }
            List<Tensor> found = List.copyOf(model.predict(rows).values());
            assertThat(found).hasSameSizeAs(known.get("outputs"));
            for (int i = 0; i < found.size(); i++) {
                requireClose(found.get(i), tensor(known.get("outputs").get(i)));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {"name": "Sequential", "layers": [{"name": "Dense", "output_dim": 3}]} | architecture: written by Keras 0 (expected: 1.0 or later; load it in Keras 1 and save it again)
            {"format": "layers-model", "modelTopology": {}} | architecture: a model of TensorFlow.js (expected: one of Keras; convert it by tensorflowjs_converter --input_format=tfjs_layers_model --output_format=keras)
            """)
    void saysWhatIsNoModelOfTheseVersions(String text, String message) {
        ObjectNode model = (ObjectNode) json(text);
        assertThatThrownBy(() -> Model.fromJson(model, LayerRegistry.builtIn(), 0))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    private static void requireClose(Tensor actual, Tensor expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        for (int i = 0; i < expected.shape().elementCount(); i++) {
            double wanted = expected.element(i);
            assertThat(actual.element(i)).isCloseTo(wanted, within(1e-5 * Math.max(1, Math.abs(wanted))));
        }
    }

    private static Tensor tensor(JsonNode written) {
        long[] lengths = JSON.convertValue(written.get("shape"), long[].class);
        return Tensor.of(Shape.of(lengths), JSON.convertValue(written.get("values"), float[].class));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
