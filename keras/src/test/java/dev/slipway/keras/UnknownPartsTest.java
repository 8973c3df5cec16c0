package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.OwnObjects;
import dev.slipway.keras.config.Serialized;
import dev.slipway.keras.constraints.Constraints;
import dev.slipway.keras.initializers.Initializers;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.regularizers.Regularizers;
import dev.slipway.keras.saving.ReadLimits;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Initializers, regularizers and constraints out of the Python code of others, such as {@code PriorProbability} of
 * keras-retinanet, say nothing of what a model predicts: it is read with its weights, and refused where they are needed.
 */
class UnknownPartsTest {
    private static final String PART = "{\"class_name\": \"%s\", \"config\": {\"probability\": 0.01}}";
    private static final Tensor X = Tensor.of(Shape.of(2, 2), new float[] {1, -2, 0.5f, 3});

    @TempDir
    Path folder = Path.of("");

    private ObjectNode architecture(String key, String className) throws IOException {
        try (Model model = Model.sequential(InputLayer.of(2), Dense.of(3))) {
            ObjectNode json = model.toJson();
            ObjectNode config = (ObjectNode) json.at("/config/layers/1/config");
            config.set(key, new ObjectMapper().readTree(PART.formatted(className)));
            return json;
        }
    }

    private Model read(ObjectNode architecture, Path weights) throws IOException {
        Path json = Files.writeString(folder.resolve("model.json"), architecture.toString());
        return Model.load(json, weights, LayerRegistry.builtIn(), ReadLimits.defaults());
    }

    @ParameterizedTest
    @CsvSource({
        "kernel_initializer, PriorProbability",
        "kernel_regularizer, Custom>Smooth",
        "activity_regularizer, Custom>Sparse",
        "kernel_constraint, WeightClip"
    })
    void theModelPredictsAndKeepsThem(String key, String className) throws IOException {
        Path weights = folder.resolve("m.weights.h5");
        Path copy = folder.resolve("copy.keras");
        try (Model known = Model.sequential(InputLayer.of(2), Dense.of(3))) {
            known.saveWeights(weights);
            try (Model model = read(architecture(key, className), weights)) {
                assertThat(model.predict(X).bytes()).isEqualTo(known.predict(X).bytes());
                model.save(copy);
            }
            try (Model again = Model.load(copy)) {
                assertThat(again.predict(X).bytes()).isEqualTo(known.predict(X).bytes());
                assertThat(again.toJson()
                                .at("/config/layers/1/config/" + key + "/class_name")
                                .asText())
                        .isEqualTo(className);
                assertThat(again.toJson()
                                .at("/config/layers/1/config/" + key + "/config/probability")
                                .asDouble())
                        .isEqualTo(0.01);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "kernel_regularizer, Smooth, regularizer 'Smooth' (expected: one of",
        "activity_regularizer, Sparse, regularizer 'Sparse' (expected: one of",
        "kernel_constraint, WeightClip, constraint 'WeightClip' (expected: one of"
    })
    void trainingWithThemIsRefusedByName(String key, String className, String message) throws IOException {
        try (Model model = Model.fromJson(architecture(key, className), LayerRegistry.builtIn(), 0)) {
            model.compile("sgd", "mse");
            Tensor y = Tensor.of(Shape.of(2, 3), new float[6]);
            assertThatThrownBy(() -> model.fit(X, y, FitOptions.epochs(1)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining(message)
                    .hasMessageEndingWith(
                            "for training, or one that the program registers; the model predicts without it)");
        }
    }

    /** What is written belongs to whoever asked for it, and there is something to write of what no file had. */
    @Test
    void theyAreWrittenAnewEachTime() {
        ObjectNode config = Config.json().put("k", 1);
        ObjectNode node = Config.json().put("class_name", "my>Part");
        node.set("config", config);
        Serialized read = Serialized.parse("test", node);
        Serialized made = new Serialized("my>Part", config);
        for (Function<Serialized, JsonNode> written : List.<Function<Serialized, JsonNode>>of(
                part -> Initializers.ofFile(part, OwnObjects.NONE).toJson(),
                part -> Regularizers.ofFile(part, OwnObjects.NONE).toJson(),
                part -> Constraints.ofFile(part, OwnObjects.NONE).toJson())) {
            ObjectNode first = (ObjectNode) written.apply(read);
            assertThat(first).isEqualTo(node);
            first.removeAll();
            assertThat(written.apply(read)).isEqualTo(node);
            assertThat(written.apply(made).path("class_name").asText()).isEqualTo("Part");
            assertThat(written.apply(made).path("registered_name").asText()).isEqualTo("my>Part");
            assertThat(written.apply(made).path("config")).isEqualTo(config);
        }
    }

    /** Some versions of Keras 2 wrote the names of the functions that made them. */
    @Test
    void knownOnesAreFoundByTheNamesOfFunctionsToo() {
        ObjectNode half = Config.json().put("l2", 0.5);
        assertThat(Regularizers.ofFile(new Serialized("l2", half), OwnObjects.NONE))
                .isEqualTo(Regularizers.of("L2", half));
        assertThat(Constraints.ofFile(new Serialized("max_norm", Config.json()), OwnObjects.NONE)
                        .className())
                .isEqualTo("MaxNorm");
        assertThat(Initializers.ofFile(new Serialized("he_normal", Config.json()), OwnObjects.NONE)
                        .className())
                .isEqualTo("HeNormal");
    }

    @Test
    void newWeightsAreRefusedByTheInitializersName() throws IOException {
        ObjectNode architecture = architecture("kernel_initializer", "PriorProbability");
        assertThatThrownBy(() -> Model.fromJson(architecture, LayerRegistry.builtIn(), 0))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("initializer 'PriorProbability' (expected: one of [Constant, ")
                .hasMessageEndingWith(
                        " for new weights, or one that the program registers; read the model's weights from a file)");
    }

    /** Whoever has the Python code finds all of it again; that another package's class is called as Keras's says nothing. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            kernel_initializer | {"module": null, "class_name": "Zeros", "config": {}, "registered_name": "my>Zeros"}
            kernel_regularizer | {"module": "my.parts", "class_name": "L2", "config": {"l2": 0.5}, "registered_name": "L2"}
            activity_regularizer | {"module": "my", "class_name": "L1", "config": {"k": 1}, "registered_name": "my>L1"}
            kernel_constraint | {"module": "my", "class_name": "function", "config": "non_neg", "registered_name": "non_neg"}
            bias_initializer | {"module": "builtins", "class_name": "function", "config": "my>ones", "registered_name": "function"}
            bias_constraint | "my>NonNeg"
            """)
    void whatIsNotKerassStaysAsItIs(String key, String written) throws IOException {
        JsonNode part = new ObjectMapper().readTree(written);
        ObjectNode architecture = architecture(key, "Any");
        ((ObjectNode) architecture.at("/config/layers/1/config")).set(key, part);
        Path weights = folder.resolve("m.weights.h5");
        try (Model known = Model.sequential(InputLayer.of(2), Dense.of(3))) {
            known.saveWeights(weights);
            try (Model model = read(architecture, weights)) {
                model.save(folder.resolve("copy.keras"));
                model.save(folder.resolve("copy.h5"));
            }
            for (String file : new String[] {"copy.keras", "copy.h5"}) {
                try (Model again = Model.load(folder.resolve(file))) {
                    assertThat(again.predict(X).bytes())
                            .isEqualTo(known.predict(X).bytes());
                    assertThat(again.toJson().at("/config/layers/1/config/" + key))
                            .isEqualTo(part);
                }
            }
        }
    }

    /** What Keras 2 called its own parts is known by other names today; what others called theirs is not ours to change. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            kernel_initializer | {"class_name": "my_initV2", "config": {"dtype": "float32", "distribution": "normal"}}
            kernel_regularizer | {"class_name": "Custom>L2", "config": {"name": "strong", "l2": 0.5}}
            kernel_constraint | {"class_name": "Between", "config": {"m": 2}}
            """)
    void partsOfKeras2ModelsStayAsTheyAre(String key, String written) throws IOException {
        JsonNode part = new ObjectMapper().readTree(written);
        ObjectNode dense = Config.json().put("class_name", "Dense");
        ObjectNode config = dense.putObject("config").put("name", "dense").put("units", 3);
        config.putArray("batch_input_shape").addNull().add(2);
        config.set(key, part);
        ObjectNode architecture = Config.json().put("class_name", "Sequential").put("keras_version", "2.4.0");
        architecture.putObject("config").put("name", "m").putArray("layers").add(dense);
        Path weights = folder.resolve("m.weights.h5");
        try (Model known = Model.sequential(InputLayer.of(2), Dense.of(3))) {
            known.saveWeights(weights);
        }
        try (Model model = read(architecture, weights)) {
            assertThat(model.toJson().at("/config/layers/1/config/" + key)).isEqualTo(part);
        }
    }
}
