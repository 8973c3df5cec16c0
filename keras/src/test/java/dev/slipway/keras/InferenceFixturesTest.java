package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.keras.data.Npz;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every model that Keras wrote loads from both formats and gives Keras's numbers. */
class InferenceFixturesTest {
    static Stream<Path> files() {
        return Fixtures.all("inference").stream()
                .flatMap(folder -> Stream.of(folder.resolve("model.keras"), folder.resolve("model.h5")))
                .filter(Files::exists);
    }

    @ParameterizedTest
    @MethodSource("files")
    void givesTheNumbersOfKeras(Path file) {
        Path folder = file.resolveSibling("");
        Map<String, Tensor> arrays = Npz.read(folder.resolve("inputs.npz"));
        Map<String, Tensor> expected = Npz.read(folder.resolve("expected.npz"));
        double tolerance = Fixtures.json(folder).path("tolerance").asDouble();
        try (Model model = Model.load(file)) {
            Map<String, Tensor> inputs = named(model, Fixtures.json(folder), arrays);
            List<Tensor> batch = List.copyOf(model.predict(inputs).values());
            assertThat(batch).hasSameSizeAs(expected.values());
            for (int i = 0; i < batch.size(); i++) {
                requireClose(batch.get(i), require(expected, "output_" + i), tolerance);
            }
            Map<String, Tensor> firstRow = new HashMap<>();
            inputs.forEach((name, tensor) -> firstRow.put(name, tensor.rows(0, 1)));
            List<Tensor> single = List.copyOf(model.predict(firstRow).values());
            for (int i = 0; i < single.size(); i++) {
                requireClose(single.get(i), require(expected, "output_" + i).rows(0, 1), tolerance);
            }
        }
    }

    /** The arrays carry the names of symbolic tensors, in the model's order. */
    private static Map<String, Tensor> named(Model model, JsonNode fixture, Map<String, Tensor> arrays) {
        Map<String, Tensor> inputs = new HashMap<>();
        for (int i = 0; i < model.inputs().size(); i++) {
            String array = fixture.path("inputs").get(i).asText();
            inputs.put(model.inputs().get(i).name(), require(arrays, array));
        }
        return inputs;
    }

    private static Tensor require(Map<String, Tensor> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }

    static void requireClose(Tensor actual, Tensor expected, double tolerance) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        for (int i = 0; i < expected.shape().elementCount(); i++) {
            double wanted = expected.element(i);
            assertThat(Math.abs(actual.element(i) - wanted))
                    .as("element %d: %s (expected: %s)", i, actual.element(i), wanted)
                    .isLessThanOrEqualTo(tolerance * Math.max(1, Math.abs(wanted)));
        }
    }
}
