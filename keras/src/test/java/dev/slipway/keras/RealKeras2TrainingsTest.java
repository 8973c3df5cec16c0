package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.keras.callbacks.Callback;
import dev.slipway.keras.callbacks.Callbacks;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.data.Npz;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.Dataset;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.keras.trainers.History;
import dev.slipway.keras.trainers.OptimizerState;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What real Keras 2.3.1 compiled, trained and saved is trained as it trained it: the same loss and metrics in every epoch, the
 * same weights and optimizer's state at the end, and the same again where its own file is trained on. Made by {@code
 * fixtures/trained2/make.py}.
 */
class RealKeras2TrainingsTest {
    private static final double TOLERANCE = 1e-4;
    private static final String STOPPED = "stopped_sgd";

    @TempDir
    Path folder = Path.of("");

    static Stream<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        trainings().fieldNames().forEachRemaining(names::add);
        names.remove(STOPPED);
        return names.stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void trainsAsKeras2Did(String name) throws IOException {
        JsonNode training = trainings().path(name);
        try (Model model = Model.load(Fixtures.trained2(name + "_initial.h5"));
                Model expected = Model.load(Fixtures.trained2(name + "_final.h5"))) {
            assertThat(model.untrainable()).isEmpty();
            requireSame(model.fit(rows(name, ""), options(name, training)), training.path("history"));
            requireSame(model.evaluate(rows(name, ""), 4), training.path("evaluate"));
            requireSameState(model, expected);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void goesOnWhereKeras2Ended(String name) throws IOException {
        JsonNode training = trainings().path(name);
        try (Model model = Model.load(Fixtures.trained2(name + "_final.h5"))) {
            assertThat(model.untrainable()).isEmpty();
            requireSame(model.fit(rows(name, ""), options(name, training)), training.path("again"));
        }
    }

    /** Keras 2 calls the learning rate {@code lr} where it logs it. */
    @Test
    void lowersTheLearningRateStopsAndLogsAsKeras2Did() throws IOException {
        JsonNode training = trainings().path(STOPPED);
        Callback lowered = Callbacks.of(
                "ReduceLROnPlateau",
                Config.json().put("factor", 0.5).put("patience", 1).put("min_delta", 0.1),
                folder);
        Callback stopping = Callbacks.of(
                "EarlyStopping",
                Config.json().put("patience", 3).put("min_delta", 0.1).put("restore_best_weights", true),
                folder);
        Callback logger = Callbacks.of("CSVLogger", Config.json().put("filename", "log.csv"), folder);
        try (Model model = Model.load(Fixtures.trained2(STOPPED + "_initial.h5"));
                Model expected = Model.load(Fixtures.trained2(STOPPED + "_final.h5"))) {
            History history =
                    model.fit(rows(STOPPED, ""), options(STOPPED, training).withCallbacks(lowered, stopping, logger));

            assertThat(history.epochs()).hasSizeLessThan(training.path("epochs").asInt());
            requireSame(history.get("learning_rate"), training.path("learning_rate"), "learning_rate");
            Map<String, List<Double>> found = history.metrics().entrySet().stream()
                    .filter(entry -> !entry.getKey().equals("learning_rate"))
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
            assertThat(found.keySet())
                    .containsExactlyInAnyOrderElementsOf(
                            () -> training.path("history").fieldNames());
            found.forEach((key, values) ->
                    requireSame(values, training.path("history").path(key), key));
            requireSameState(model, expected);
        }
        List<String> lines = Files.readAllLines(folder.resolve("log.csv"));
        List<String> wanted = Files.readAllLines(Fixtures.trained2(STOPPED + ".csv"));
        assertThat(lines).hasSameSizeAs(wanted);
        assertThat(lines.get(0)).isEqualTo("epoch,learning_rate,loss,val_loss");
        assertThat(wanted.get(0)).isEqualTo("epoch,loss,lr,val_loss");
    }

    private static void requireSame(History found, JsonNode wanted) {
        assertThat(found.metrics().keySet()).containsExactlyInAnyOrderElementsOf(wanted::fieldNames);
        found.metrics().forEach((key, values) -> requireSame(values, wanted.path(key), key));
    }

    private static void requireSame(List<Double> found, JsonNode wanted, String name) {
        assertThat(found).as(name).hasSize(wanted.size());
        for (int epoch = 0; epoch < found.size(); epoch++) {
            requireClose(found.get(epoch), wanted.get(epoch).asDouble(), name + " of epoch " + epoch);
        }
    }

    private static void requireSame(Map<String, Double> found, JsonNode wanted) {
        assertThat(found.keySet()).containsExactlyInAnyOrderElementsOf(wanted::fieldNames);
        found.forEach((key, value) -> requireClose(value, wanted.path(key).asDouble(), key));
    }

    private static void requireClose(double found, double wanted, String name) {
        assertThat(found).as(name).isCloseTo(wanted, within(TOLERANCE * Math.max(0.1, Math.abs(wanted))));
    }

    private static void requireSameState(Model model, Model expected) {
        model.weights()
                .forEach(weight -> InferenceFixturesTest.requireClose(
                        model.weight(weight.path()), expected.weight(weight.path()), TOLERANCE));
        OptimizerState state = model.optimizerState().orElseThrow();
        OptimizerState wanted = expected.optimizerState().orElseThrow();
        assertThat(state.iteration().longs().get(0))
                .isEqualTo(wanted.iteration().longs().get(0));
        assertThat(state.slots().keySet()).isEqualTo(wanted.slots().keySet());
        state.slots()
                .forEach((key, slot) ->
                        InferenceFixturesTest.requireClose(slot, wanted.slots().getOrDefault(key, slot), TOLERANCE));
    }

    private static Dataset rows(String name, String prefix) {
        Map<String, Tensor> arrays = Npz.read(Fixtures.trained2(name + ".npz"));
        return new Dataset(
                numbered(arrays, prefix + "x"), numbered(arrays, prefix + "y"), numbered(arrays, prefix + "w"));
    }

    private static List<Tensor> numbered(Map<String, Tensor> arrays, String prefix) {
        return Stream.iterate(0, i -> arrays.containsKey(prefix + i), i -> i + 1)
                .map(i -> arrays.get(prefix + i))
                .toList();
    }

    private static FitOptions options(String name, JsonNode training) {
        FitOptions options = FitOptions.epochs(training.path("epochs").asInt())
                .withShuffle(false)
                .withBatchSize(training.path("batch_size").asInt())
                .withValidationSplit(training.path("validation_split").asDouble(0))
                .withClassWeight(classWeight(training.path("class_weight")));
        boolean validates = Npz.read(Fixtures.trained2(name + ".npz")).containsKey("vx0");
        return validates ? options.withValidation(rows(name, "v")) : options;
    }

    private static Map<Integer, Double> classWeight(JsonNode json) {
        return json.properties().stream()
                .collect(Collectors.toMap(
                        entry -> Integer.valueOf(entry.getKey()),
                        entry -> entry.getValue().doubleValue()));
    }

    private static JsonNode trainings() throws IOException {
        return new ObjectMapper().readTree(Fixtures.trained2("trainings.json").toFile());
    }
}
