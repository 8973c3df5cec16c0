package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.keras.data.Npz;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.Dataset;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.keras.trainers.OptimizerState;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What real Keras 3.15.1 compiled, trained and saved is trained as it trained it, from the start and from where it ended. Made by
 * {@code fixtures/trained315/make.py}.
 */
class RealKeras3TrainingsTest {
    private static final double TOLERANCE = 1e-4;
    private static final int BATCH = 5;
    private static final FitOptions OPTIONS =
            FitOptions.epochs(2).withShuffle(false).withBatchSize(BATCH);

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"averaged", "amsgrad", "activity", "masked", "intersections"})
    void trainsAsKerasDid(String name) throws IOException {
        JsonNode training = training(name);
        try (Model model = Model.load(Fixtures.trained315(name + "_initial.keras"));
                Model expected = Model.load(Fixtures.trained315(name + "_final.keras"))) {
            assertThat(model.untrainable()).isEmpty();
            requireSame(model.fit(rows(name), OPTIONS).metrics(), training.path("history"));
            Map<String, Double> judged = model.evaluate(rows(name), BATCH);
            assertThat(judged.keySet())
                    .containsExactlyInAnyOrderElementsOf(
                            () -> training.path("evaluate").fieldNames());
            judged.forEach((key, value) ->
                    requireClose(value, training.path("evaluate").path(key).asDouble(), key));
            requireSameState(model, expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"averaged", "amsgrad", "activity", "masked", "intersections"})
    void goesOnWhereKerasEnded(String name) throws IOException {
        try (Model model = Model.load(Fixtures.trained315(name + "_final.keras"))) {
            assertThat(model.untrainable()).isEmpty();
            requireSame(model.fit(rows(name), OPTIONS).metrics(), training(name).path("again"));
        }
    }

    @Test
    void keepsTheStateOfAnOptimizerInAFileOfTheSameVersion() {
        try (Model model = Model.load(Fixtures.trained315("averaged_final.keras"))) {
            model.save(folder.resolve("copy.keras"));
            try (Model copy = Model.load(folder.resolve("copy.keras"))) {
                assertThat(copy.untrainable()).isEmpty();
                requireSameState(copy, model);
            }
        }
    }

    private static void requireSameState(Model model, Model expected) {
        model.weights()
                .forEach(weight -> InferenceFixturesTest.requireClose(
                        model.weight(weight.path()), expected.weight(weight.path()), TOLERANCE));
        OptimizerState wanted = expected.optimizerState().orElseThrow();
        model.optimizerState().orElseThrow().slots().forEach((key, slot) -> {
            Tensor other = Objects.requireNonNull(wanted.slots().get(key), key.toString());
            InferenceFixturesTest.requireClose(slot, other, TOLERANCE);
        });
    }

    private static void requireSame(Map<String, List<Double>> found, JsonNode wanted) {
        assertThat(found.keySet()).containsExactlyInAnyOrderElementsOf(wanted::fieldNames);
        found.forEach((key, values) -> {
            assertThat(values).as(key).hasSize(wanted.path(key).size());
            for (int epoch = 0; epoch < values.size(); epoch++) {
                requireClose(values.get(epoch), wanted.path(key).get(epoch).asDouble(), key + " of epoch " + epoch);
            }
        });
    }

    private static void requireClose(double found, double wanted, String name) {
        assertThat(found).as(name).isCloseTo(wanted, within(TOLERANCE * Math.max(0.1, Math.abs(wanted))));
    }

    private static Dataset rows(String name) {
        Map<String, Tensor> arrays = Npz.read(Fixtures.trained315(name + ".npz"));
        return new Dataset(
                List.of(Objects.requireNonNull(arrays.get("x"))),
                List.of(Objects.requireNonNull(arrays.get("y"))),
                arrays.containsKey("w") ? List.of(Objects.requireNonNull(arrays.get("w"))) : List.of());
    }

    private static JsonNode training(String name) throws IOException {
        return new ObjectMapper()
                .readTree(Fixtures.trained315("trainings.json").toFile())
                .path(name);
    }
}
