package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * TensorFlow.js is Keras 2 on TensorFlow's rules, written by the same people in another language: padding that is larger at
 * the end, masks, gates. {@code fixtures/tfjs/make.js} made the models and computed what they give.
 */
class TensorFlowJsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A model is a line. */
    static Stream<String> models() throws IOException {
        return Files.readAllLines(Path.of("src/test/resources/fixtures/tfjs/models.jsonl")).stream();
    }

    @ParameterizedTest
    @MethodSource("models")
    void givesTheSameNumbers(String line) throws JsonProcessingException {
        JsonNode known = JSON.readTree(line);
        try (Model model = Model.fromJson((ObjectNode) known.get("topology"), LayerRegistry.builtIn(), 0)) {
            assertThat(model.weights()).hasSameSizeAs(known.get("weights"));
            int index = 0;
            for (Weight weight : model.weights()) {
                model.assign(
                        weight.path(),
                        Tensor.of(
                                weight.spec().shape(),
                                floats(known.get("weights").get(index++))));
            }
            Tensor found = model.predict(tensor(known.get("input")));
            assertThat(found.shape()).isEqualTo(tensor(known.get("output")).shape());
            assertThat(found.toFloatArray())
                    .as(known.get("name").asText())
                    .containsExactly(floats(known.get("output").get("data")), within(1e-5f));
        }
    }

    private static Tensor tensor(JsonNode json) {
        long[] lengths = JSON.convertValue(json.get("shape"), long[].class);
        return Tensor.of(Shape.of(lengths), floats(json.get("data")));
    }

    private static float[] floats(JsonNode numbers) {
        return JSON.convertValue(numbers, float[].class);
    }
}
