package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
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
                    .hasMessageEndingWith("for training; the model predicts without it)");
        }
    }

    /** Some versions of Keras 2 wrote the names of the functions that made them. */
    @Test
    void knownOnesAreFoundByTheNamesOfFunctionsToo() {
        ObjectNode half = Config.json().put("l2", 0.5);
        assertThat(Regularizers.ofFile("l2", half)).isEqualTo(Regularizers.of("L2", half));
        assertThat(Constraints.ofFile("max_norm", Config.json()).className()).isEqualTo("MaxNorm");
        assertThat(Initializers.ofFile("he_normal", Config.json()).className()).isEqualTo("HeNormal");
    }

    @Test
    void newWeightsAreRefusedByTheInitializersName() throws IOException {
        ObjectNode architecture = architecture("kernel_initializer", "PriorProbability");
        assertThatThrownBy(() -> Model.fromJson(architecture, LayerRegistry.builtIn(), 0))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("initializer 'PriorProbability' (expected: one of [Constant, ")
                .hasMessageEndingWith(" for new weights; read the model's weights from a file)");
    }
}
