package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.ActivationLayer;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.saving.KerasFile;
import dev.slipway.keras.saving.ReadLimits;
import dev.slipway.keras.trainers.Dataset;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Metrics in every form in which Keras 3 writes them: names, objects, and both for each output. */
class CompileMetricsTest {
    private static final Tensor X = Tensor.of(new float[][] {{1}, {2}});
    private static final Tensor Y = Tensor.of(new float[][] {{1}, {1}});

    @TempDir
    Path folder = Path.of("");

    private static ObjectNode compile(String metrics) {
        return Config.json()
                .put("optimizer", "sgd")
                .put("loss", "mse")
                .set("metrics", json(metrics.replace('\'', '"')));
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static Model oneOutput() {
        return Model.sequential(InputLayer.of(1), Dense.of(1, "sigmoid"));
    }

    private static Model twoOutputs() {
        KerasTensor input = InputLayer.input("x", 1);
        return Model.functional(
                List.of(input),
                List.of(Dense.of(1, "sigmoid").apply(input), Dense.of(1).apply(input)));
    }

    private static Map<String, Double> evaluate(Model model) {
        return model.evaluate(
                new Dataset(List.of(X), model.outputs().stream().map(o -> Y).toList()), 2);
    }

    private static String object(String className, String config) {
        return "{'module': 'keras.metrics', 'class_name': '" + className + "', 'config': {" + config
                + "'dtype': 'float32'}, 'registered_name': null}";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "MeanSquaredError; 'name': 'mean_squared_error',",
                "MeanAbsoluteError; 'name': 'mean_absolute_error',",
                "RootMeanSquaredError; 'name': 'root_mean_squared_error',",
                "BinaryCrossentropy; 'name': 'binary_crossentropy', 'from_logits': false, 'label_smoothing': 0,",
                "BinaryAccuracy; 'name': 'binary_accuracy', 'threshold': 0.5,",
                "CategoricalCrossentropy; 'name': 'categorical_crossentropy', 'from_logits': false,"
                        + " 'label_smoothing': 0, 'axis': -1,",
                "SparseCategoricalCrossentropy; 'name': 'sparse_categorical_crossentropy', 'from_logits': false,"
                        + " 'axis': -1,",
                "CategoricalAccuracy; 'name': 'categorical_accuracy',",
                "SparseCategoricalAccuracy; 'name': 'sparse_categorical_accuracy',"
            })
    void readsAndWritesObjectsAsKerasDoes(String className, String config) {
        String metrics = "[" + object(className, config) + "]";
        String name =
                json("{" + config.replace('\'', '"') + "\"x\": 0}").path("name").asText();
        try (Model model = oneOutput()) {
            model.compile(compile(metrics));
            Map<String, Double> found = evaluate(model);
            assertThat(written(model)).isEqualTo(json(metrics.replace('\'', '"')));
            model.compile(compile("['" + name + "']"));
            assertThat(found).containsOnlyKeys("loss", name).isEqualTo(evaluate(model));
        }
    }

    @Test
    void readsTheOptionsOfObjects() {
        try (Model model = oneOutput()) {
            model.compile(compile("["
                    + object("BinaryAccuracy", "'name': 'all', 'threshold': 0.01,")
                    + "," + object("BinaryAccuracy", "'name': 'none', 'threshold': 0.99,") + "]"));
            assertThat(evaluate(model)).containsEntry("all", 1.0).containsEntry("none", 0.0);
            model.compile(compile("["
                    + object("BinaryCrossentropy", "'name': 'logits', 'from_logits': true,")
                    + ", 'binary_crossentropy']"));
            Map<String, Double> found = evaluate(model);
            assertThat(found.get("logits")).isNotEqualTo(found.get("binary_crossentropy"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mse", "mae", "bce", "accuracy", "acc", "binary_accuracy", "MeanSquaredError"})
    void writesNamesAsTheyWere(String name) {
        try (Model model = oneOutput()) {
            model.compile("sgd", "mse", name);
            assertThat(evaluate(model)).containsOnlyKeys("loss", name);
            assertThat(written(model)).isEqualTo(json("[\"" + name + "\"]"));
        }
    }

    /** As Keras does: only the class, given as an object, compares numbers exactly. */
    @ParameterizedTest
    @ValueSource(strings = {"accuracy", "Accuracy", "acc", "ACC"})
    void choosesTheAccuracyThatFitsInWhateverCase(String name) {
        Tensor x = Tensor.of(new float[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 0, 0}});
        Tensor classes = Tensor.of(new float[][] {{0}, {1}, {0}, {0}});
        try (Model model = Model.sequential(InputLayer.of(3), ActivationLayer.of("softmax"))) {
            model.compile("sgd", "sparse_categorical_crossentropy", name);
            assertThat(model.evaluate(new Dataset(List.of(x), List.of(classes)), 4))
                    .containsEntry(name, 0.75);
        }
    }

    @Test
    void writesAFunctionAsItsName() {
        try (Model model = oneOutput()) {
            model.compile(compile("[{'module': 'keras.metrics', 'class_name': 'function',"
                    + " 'config': 'mean_squared_error', 'registered_name': 'mean_squared_error'}]"));
            assertThat(written(model)).isEqualTo(json("[\"mean_squared_error\"]"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "[['mae'], ['mse', 'acc']]; [['mae'], ['mse', 'acc']]; dense_mae dense_1_mse dense_1_acc",
                "['mae', null]; [['mae'], []]; dense_mae",
                "{'dense_1': 'mae', 'dense': ['acc']}; [['acc'], ['mae']]; dense_acc dense_1_mae",
                "{'dense_1': ['mae']}; [[], ['mae']]; dense_1_mae"
            })
    void readsTheMetricsOfEachOutput(String metrics, String expected, String names) {
        try (Model model = twoOutputs()) {
            model.compile(compile(metrics));
            assertThat(evaluate(model).keySet()).contains(names.split(" ")).hasSize(3 + names.split(" ").length);
            assertThat(written(model)).isEqualTo(json(expected.replace('\'', '"')));
        }
    }

    @Test
    void givesMetricsByNameToEveryOutput() {
        try (Model model = twoOutputs()) {
            model.compile("sgd", "mse", "mae");
            assertThat(evaluate(model)).containsKeys("dense_mae", "dense_1_mae");
            assertThat(written(model)).isEqualTo(json("[[\"mae\"], [\"mae\"]]"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "['mae', 'mse', 'acc']; expected: 2 entries, one for each of the outputs [dense, dense_1]",
                "{'middle': 'mae'}; metrics of outputs [middle] (expected: some of the outputs [dense, dense_1])",
                "'mae'; metrics = `mae` (expected: a list, or a map by output)",
                "[['f1'], []]; metric 'f1' (expected: one of [acc, accuracy",
                "[[7], []]; metric: 7 (expected: a name or {class_name, config})",
                "[[{'class_name': 'Mean', 'config': {}}], []]; metric 'Mean' (expected: one of [AUC, Accuracy",
                "[[{'class_name': 'MeanSquaredError', 'config': {'dtype': 'float16'}}], []];"
                        + " metric MeanSquaredError: dtype = float16 (expected: float32)",
                "[[{'class_name': 'MeanSquaredError', 'config': {'reduction': 'sum'}}], []];"
                        + " metric MeanSquaredError: reduction"
            })
    void refusesTheRestByName(String metrics, String message) {
        try (Model model = twoOutputs()) {
            assertThatThrownBy(() -> model.compile(compile(metrics))).hasMessageContaining(message.replace('`', '"'));
        }
    }

    /** Keras numbers metrics of the same name, and gives each output its own count. */
    @Test
    void namesAreNumberedAsInKeras() {
        try (Model model = oneOutput()) {
            ObjectNode config =
                    compile("['AUC', 'AUC', 'mse', " + object("Precision", "'thresholds': [0.1, 0.9],") + "]");
            config.putArray("weighted_metrics").add("mse").add("mse");
            model.compile(config);
            assertThat(evaluate(model).keySet())
                    .containsExactly(
                            "AUC",
                            "AUC_1",
                            "loss",
                            "mse",
                            "precision[0]",
                            "precision[1]",
                            "weighted_mse",
                            "weighted_mse_1");
        }
    }

    private JsonNode written(Model model) {
        Path file = folder.resolve("model.keras");
        model.save(file);
        Model.load(file).close();
        try (KerasFile stored = KerasFile.open(file, ReadLimits.defaults())) {
            return stored.compileConfig().orElseThrow().path("metrics");
        }
    }
}
