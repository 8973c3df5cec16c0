package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.initializers.Initializers;
import dev.slipway.keras.layers.ActivityRegularization;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.Dataset;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What layers add to the loss for the size of their results: the sum over the batch by the number of rows, as Keras 3.15 has it. */
class ActivityRegularizerTest {
    private static final Offset<Double> NEAR = within(1e-5);
    private static final Tensor X = Tensor.of(new float[][] {{1}, {2}, {-3}});
    private static final Dataset DATA = new Dataset(List.of(X), List.of(X));

    @TempDir
    Path folder = Path.of("");

    private static Dense.Builder ones() {
        return Dense.builder(1).kernelInitializer(Initializers.named("ones")).useBias(false);
    }

    private static double loss(Model model) {
        model.compile("sgd", "mse");
        return loss(model, DATA);
    }

    private static double loss(Model model, Dataset data) {
        return Objects.requireNonNull(model.evaluate(data, 3).get("loss"));
    }

    @Test
    void addsTheMeanOverTheRowsOfABatch() {
        try (Model model = Model.sequential(
                InputLayer.of(1), ones().activityRegularizer("l2").build())) {
            assertThat(loss(model)).isCloseTo(0.01 * (1 + 4 + 9) / 3, NEAR);
            Map<String, Double> inTwo = model.evaluate(DATA, 2);
            assertThat(inTwo.get("loss")).isCloseTo(0.01 * (5 + 9) / 3, NEAR);
            model.fit(DATA, FitOptions.epochs(1));
            assertThat(model.weight("dense/kernel").element(0)).isCloseTo(1 - 0.01 * 0.01 * 2 * (1 + 4 + 9) / 3, NEAR);
        }
    }

    @Test
    void aLayerOfItsOwnAddsBothNorms() {
        try (Model model = Model.sequential(InputLayer.of(1), ActivityRegularization.of(0.1, 0.2), ones().build())) {
            assertThat(loss(model)).isCloseTo((0.1 * 6 + 0.2 * 14) / 3, NEAR);
            ObjectNode config = (ObjectNode) model.toJson().at("/config/layers/1/config");
            assertThat(config.has("activity_regularizer")).isFalse();
        }
    }

    @Test
    void aSharedLayerAddsForEachUse() {
        KerasTensor input = InputLayer.input("x", 1);
        Dense shared = ones().activityRegularizer("l1").build();
        try (Model model = Model.functional(List.of(input), List.of(shared.apply(shared.apply(input))))) {
            assertThat(loss(model)).isCloseTo(0.01 * 6 * 2 / 3, NEAR);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.keras", "model.h5"})
    void staysInFiles(String file) {
        try (Model model = Model.sequential(
                InputLayer.of(1), ones().activityRegularizer("l2").build())) {
            model.compile("sgd", "mse");
            model.save(folder.resolve(file));
        }
        try (Model model = Model.load(folder.resolve(file))) {
            assertThat(model.evaluate(DATA, 3).get("loss")).isCloseTo(0.14 / 3, NEAR);
        }
    }

    /** Frozen weights add nothing either. */
    @Test
    void frozenWeightsAddNothing() {
        Dense frozen = ones().kernelRegularizer("l2").trainable(false).build();
        Dense free = ones().kernelRegularizer("l1").build();
        try (Model model = Model.sequential(InputLayer.of(1), frozen, free)) {
            assertThat(loss(model)).isCloseTo(0.01, NEAR);
        }
    }

    /** Layers of every kind have the key; each direction adds its own. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'class_name': 'Conv1D', 'config': {'filters': 2, 'kernel_size': 1, %s}}",
                "{'class_name': 'LSTM', 'config': {'units': 2, 'return_sequences': true, %s}}",
                "{'class_name': 'EinsumDense', 'config': {'equation': 'abc,cd->abd', 'output_shape': [null, 2], %s}}",
                "{'class_name': 'ReLU', 'config': {%s}}",
                "{'class_name': 'Bidirectional', 'config': {'layer': {'class_name': 'GRU', 'config': {'units': 1,"
                        + " 'return_sequences': true, %s}}}}"
            })
    void everyLayerHasTheKey(String layer) throws JsonProcessingException {
        String regularizer = "'activity_regularizer': {'class_name': 'L2', 'config': {'l2': 0.5}}";
        String model = ("{'class_name': 'Sequential', 'config': {'name': 'm', 'layers': [{'class_name': 'InputLayer',"
                        + " 'config': {'batch_shape': [null, 2, 1], 'name': 'x'}}, " + layer + "]}}")
                .formatted(regularizer)
                .replace('\'', '"');
        ObjectNode json = (ObjectNode) new ObjectMapper().readTree(model);
        try (Model read = Model.fromJson(json, LayerRegistry.builtIn(), 7)) {
            Tensor x = Tensor.of(Shape.of(2, 2, 1), 1f, -2f, 0.5f, 3f);
            Tensor y = read.predict(x);
            double squares = 0;
            for (int i = 0; i < y.shape().elementCount(); i++) {
                squares += y.element(i) * y.element(i);
            }
            assertThat(squares).isPositive();
            read.compile("sgd", "mse");
            assertThat(loss(read, new Dataset(List.of(x), List.of(y)))).isCloseTo(0.5 * squares / 2, within(1e-4));
        }
        assertThat(json.toString()).contains("activity_regularizer");
    }
}
