package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.initializers.Initializers;
import dev.slipway.keras.layers.BatchNormalization;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.GroupNormalization;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerNormalization;
import dev.slipway.keras.layers.Masking;
import dev.slipway.keras.layers.SpectralNormalization;
import dev.slipway.keras.layers.UnitNormalization;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the fixtures of the normalizing layers do not show. */
class NormalizationTest {
    private static final Tensor ROWS = Tensor.of(new float[][] {{1, 10}, {3, 10}, {5, 16}});

    private static Model trainedOnce(boolean trainable) {
        BatchNormalization layer = BatchNormalization.builder()
                .name("norm")
                .momentum(0.9)
                .trainable(trainable)
                .build();
        Model model = Model.sequential(InputLayer.of(2), layer);
        model.compile("sgd", "mse");
        model.fit(ROWS, Tensor.of(new float[][] {{0, 1}, {0, 2}, {0, 3}}), FitOptions.epochs(1));
        return model;
    }

    @Test
    void trainingMovesTheStatisticsTowardsTheBatch() {
        try (Model model = trainedOnce(true)) {
            requireClose(model.weight("norm/moving_mean"), 0.1 * 3, 0.1 * 12);
            requireClose(model.weight("norm/moving_variance"), 0.9 + 0.1 * 8 / 3, 0.9 + 0.1 * 8);
            // The gradient of beta is that of the mean: 2 · (normalized - target), over both columns.
            requireClose(model.weight("norm/beta"), 0, 0.01 * 2);
        }
    }

    @Test
    void frozenLayerUsesItsStatisticsInTraining() {
        try (Model model = trainedOnce(false)) {
            requireClose(model.weight("norm/moving_mean"), 0, 0);
            requireClose(model.weight("norm/moving_variance"), 1, 1);
            requireClose(model.weight("norm/beta"), 0, 0);
        }
    }

    @Test
    void refusesAnAxisOfUnknownLength() {
        assertThatThrownBy(() -> Model.sequential(
                        InputLayer.of(2), BatchNormalization.builder().axis(0).build()))
                .hasMessageContaining("input of shape [batch, 2] (expected: a known length of axis 0)");
    }

    @Test
    void rmsScalingTakesTheMeanOffTheVarianceOnly() {
        Layer layer = LayerNormalization.builder().rmsScaling(true).epsilon(0).build();
        try (Model model = Model.sequential(InputLayer.of(2), layer)) {
            requireClose(model.predict(ROWS), 1 / 4.5, 10 / 4.5, 3 / 3.5, 10 / 3.5, 5 / 5.5, 16 / 5.5);
            assertThat(model.weights()).hasSize(1);
        }
    }

    @Test
    void layerNormalizationTakesAxesInAnyOrder() {
        Layer layer = LayerNormalization.builder().axes(2, 1).epsilon(0).build();
        try (Model model = Model.sequential(InputLayer.of(2, 1), layer)) {
            requireClose(model.predict(Tensor.of(Shape.of(1, 2, 1), 3f, 5f)), -1, 1);
        }
    }

    @Test
    void groupsAreOfNeighbouringChannelsOnAnyAxis() {
        Shape shape = Shape.of(List.of(Dimension.symbol("batch"), Dimension.of(4), Dimension.symbol("width")));
        Layer layer = GroupNormalization.builder().groups(2).axis(1).epsilon(0).build();
        try (Model model = Model.sequential(new InputLayer("", DataType.FLOAT, shape), layer)) {
            Tensor image = Tensor.of(Shape.of(1, 4, 2), 0f, 0, 2, 2, 10, 10, 50, 50);
            requireClose(model.predict(image), -1, -1, 1, 1, -1, -1, 1, 1);
        }
    }

    @Test
    void eachChannelIsAGroupOfItsOwn() {
        try (Model model = Model.sequential(InputLayer.of(2, 2), GroupNormalization.of(-1))) {
            requireClose(model.predict(Tensor.of(Shape.of(1, 2, 2), 0, 1e6f, 2e6f, 3e6f)), -1, -1, 1, 1);
        }
    }

    /**
     * What goes back through the layer is scaled by gamma as it was before the step. The kernel expected was computed with
     * NumPy, from the loss's differences.
     */
    @Test
    void groupsPassTheErrorBackByTheOldGamma() {
        Dense first = Dense.builder(4)
                .name("first")
                .kernelInitializer(Initializers.named("identity"))
                .useBias(false)
                .build();
        Tensor x = Tensor.of(new float[][] {{0.5f, -1, 2, 1.5f}, {1, 0.25f, -0.75f, 3}});
        Tensor y = Tensor.of(new float[][] {{1, 0, 2, -1}, {0, 1, 1, 1}});
        try (Model model = Model.sequential(InputLayer.of(4), first, GroupNormalization.of(2))) {
            ObjectNode compile = Config.json().put("loss", "mse");
            compile.putObject("optimizer")
                    .put("class_name", "SGD")
                    .putObject("config")
                    .put("learning_rate", 2.0);
            model.compile(compile);
            model.fit(x, y, FitOptions.epochs(1));
            requireClose(
                    model.weight("first/kernel"),
                    0.985666,
                    0.014334,
                    0.008011,
                    -0.008011,
                    -0.00292,
                    1.00292,
                    -0.015852,
                    0.015852,
                    0.009349,
                    -0.009349,
                    1.031684,
                    -0.031684,
                    -0.043001,
                    0.043001,
                    0.024033,
                    0.975967);
        }
    }

    @Test
    void zerosHaveNoUnitLength() {
        try (Model model = Model.sequential(InputLayer.of(2, 2), UnitNormalization.of(1, 2))) {
            requireClose(model.predict(Tensor.of(Shape.of(2, 2, 2), 0f, 0, 0, 0, 1, 1, 1, -1)), 0, 0, 0, 0, .5, .5, .5);
        }
    }

    @Test
    void refusesGroupsThatDoNotDivideTheChannels() {
        assertThatThrownBy(() -> Model.sequential(InputLayer.of(3), GroupNormalization.of(2)))
                .hasMessageContaining("of a known length that is a multiple of groups 2)");
    }

    @Test
    void refusesTheSameAxisTwice() {
        Layer layer = LayerNormalization.builder().axes(1, -1).build();
        assertThatThrownBy(() -> Model.sequential(InputLayer.of(3), layer))
                .hasMessageContaining("axes [1, -1] of shape [batch, 3] (expected: each axis once)");
    }

    @Test
    void refusesToNormalizeTheKernelOfALayerWithoutOne() {
        assertThatThrownBy(() -> Model.sequential(InputLayer.of(3), SpectralNormalization.of(UnitNormalization.of())))
                .hasMessageContaining("(expected: a layer with a weight named kernel or embeddings)");
    }

    /** The kernel is normalized before the forward pass, and the gradient by the normalized one is taken from that. */
    @Test
    void kernelIsNormalizedInTraining() {
        Layer dense = Dense.builder(2).useBias(false).build();
        try (Model model = Model.sequential(InputLayer.of(2), SpectralNormalization.of(dense))) {
            model.assign(path(model, "kernel"), Tensor.of(Shape.of(2, 2), 3f, 0, 0, 1));
            model.assign(path(model, "vector_u"), Tensor.of(Shape.of(1, 2), 0.5f, 0));
            model.compile("sgd", "mse");
            Tensor x = Tensor.of(Shape.of(1, 2), 1f, 0);
            Tensor y = Tensor.of(Shape.of(1, 2), 0f, 0);
            assertThat(model.fit(x, y, FitOptions.epochs(1)).get("loss").get(0)).isCloseTo(0.5, within(1e-6));
            requireClose(model.weight(path(model, "kernel")), 0.99, 0, 0, 1 / 3.0);
            requireClose(model.weight(path(model, "vector_u")), 1, 0);
        }
    }

    @Test
    void kernelOfZerosIsNotNormalized() {
        Layer dense = Dense.builder(2).useBias(false).build();
        try (Model model = Model.sequential(InputLayer.of(2), SpectralNormalization.of(dense))) {
            model.assign(path(model, "kernel"), Tensor.of(Shape.of(2, 2), 0f, 0, 0, 0));
            model.assign(path(model, "vector_u"), Tensor.of(Shape.of(1, 2), 0.5f, 0));
            model.compile("sgd", "mse");
            Tensor x = Tensor.of(Shape.of(1, 2), 1f, 0);
            model.fit(x, x, FitOptions.epochs(1));
            requireClose(model.weight(path(model, "kernel")), 0.01, 0, 0, 0);
            requireClose(model.weight(path(model, "vector_u")), 0.5, 0);
        }
    }

    private static String path(Model model, String name) {
        return model.weights().stream()
                .map(Weight::path)
                .filter(path -> path.endsWith("/" + name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void maskedStepsAreNotInTheStatisticsOfABatch() {
        Layer norm = BatchNormalization.builder().momentum(0).build();
        try (Model model = Model.sequential(InputLayer.of(3, 1), Masking.of(0), norm)) {
            model.compile("sgd", "mse");
            Tensor x = Tensor.of(Shape.of(2, 3, 1), 1f, 3, 0, 1, 3, 0);
            model.fit(x, x, FitOptions.epochs(1));
            requireClose(model.weight(path(model, "moving_mean")), 2);
            requireClose(model.weight(path(model, "moving_variance")), 1);
        }
    }

    private static void requireClose(Tensor actual, double... expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual.element(i)).isCloseTo(expected[i], within(1e-6));
        }
    }
}
