package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.keras.data.Npz;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.keras.trainers.History;
import dev.slipway.keras.trainers.OptimizerState.SlotKey;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same start, data and order give Keras's loss and metrics in every epoch, and its weights and slots at the end.
 *
 * <p>There is no such case for the cosine similarity of a single number: it is 1 or -1 whatever the weights, so its gradient is 0
 * but for rounding, and Adam makes steps of full length out of what rounding leaves. That differs between {@code x · rsqrt(x²)}
 * differentiated as one operation, as PyTorch has it, and ONNX's root and quotient. {@link LossTest} holds the loss to its
 * formula, and its gradient to finite differences.
 */
class TrainingFixturesTest {
    /** float32 sums in another order than the backend's; the notebook, one neuron, is held to 1e-5 below. */
    private static final double TOLERANCE = 1e-4;

    private static final double NOTEBOOK_TOLERANCE = 1e-5;

    static Stream<Path> folders() {
        return Fixtures.all("training").stream();
    }

    @ParameterizedTest
    @MethodSource("folders")
    void trainsAsKerasDoes(Path folder) {
        JsonNode fixture = Fixtures.json(folder);
        Map<String, Tensor> data = Npz.read(folder.resolve("data.npz"));
        boolean notebook = fixture.path("name").asText().equals("notebook");
        double tolerance = notebook ? NOTEBOOK_TOLERANCE : TOLERANCE;
        FitOptions options = FitOptions.epochs(fixture.path("epochs").asInt())
                .withShuffle(false)
                .withBatchSize(fixture.path("fit").path("batch_size").asInt(32))
                .withValidationSplit(
                        fixture.path("fit").path("validation_split").asDouble(0))
                .withClassWeight(classWeight(fixture.path("fit").path("class_weight")));
        try (Model model = Model.load(folder.resolve("initial.keras"));
                Model expected = Model.load(folder.resolve("final.keras"))) {
            History history = model.fit(require(data, "x"), require(data, "y"), options);
            assertThat(history.metrics().keySet())
                    .containsExactlyElementsOf(() -> fixture.path("history").fieldNames());
            fixture.path("history").properties().forEach(entry -> {
                List<Double> found = history.get(entry.getKey());
                assertThat(found).hasSize(entry.getValue().size());
                for (int epoch = 0; epoch < found.size(); epoch++) {
                    double wanted = entry.getValue().get(epoch).asDouble();
                    assertThat(Math.abs(found.get(epoch) - wanted))
                            .as("%s of epoch %d: %s (expected: %s)", entry.getKey(), epoch, found.get(epoch), wanted)
                            .isLessThanOrEqualTo(tolerance * Math.max(0.1, Math.abs(wanted)));
                }
            });
            for (Weight weight : model.weights()) {
                InferenceFixturesTest.requireClose(
                        model.weight(weight.path()), expected.weight(sameWeight(model, expected, weight)), TOLERANCE);
            }
            Map<SlotKey, Tensor> slots = model.optimizerState().orElseThrow().slots();
            Map<SlotKey, Tensor> wanted =
                    expected.optimizerState().orElseThrow().slots();
            slots.forEach((key, slot) -> InferenceFixturesTest.requireClose(slot, requireSlot(wanted, key), TOLERANCE));
        }
    }

    private static Map<Integer, Double> classWeight(JsonNode json) {
        return json.properties().stream()
                .collect(Collectors.toMap(
                        entry -> Integer.valueOf(entry.getKey()),
                        entry -> entry.getValue().doubleValue()));
    }

    private static String sameWeight(Model model, Model other, Weight weight) {
        return other.weights().get(model.weights().indexOf(weight)).path();
    }

    private static Tensor requireSlot(Map<SlotKey, Tensor> slots, SlotKey key) {
        return Objects.requireNonNull(slots.get(key), key.toString());
    }

    private static Tensor require(Map<String, Tensor> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }
}
