package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.CallArguments;
import dev.slipway.keras.layers.CallArguments.Argument;
import dev.slipway.keras.layers.ELU;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LeakyReLU;
import dev.slipway.keras.layers.PReLU;
import dev.slipway.keras.layers.ReLU;
import dev.slipway.keras.layers.Softmax;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the fixtures of the activation layers do not show. */
class ActivationLayerTest {
    private static void requireResult(Layer layer, float[] x, double... expected) {
        try (Model model = Model.sequential(InputLayer.of(x.length), layer)) {
            Tensor actual = model.predict(Tensor.of(Shape.of(1, x.length), x));
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual.element(i)).as("%s(%s)", layer, x[i]).isCloseTo(expected[i], within(1e-6));
            }
        }
    }

    @Test
    void thresholdItselfIsBelowTheThreshold() {
        requireResult(ReLU.of(5, 0, 1), new float[] {-1, 0.5f, 1, 1.5f, 7}, 0, 0, 0, 1.5, 5);
    }

    @Test
    void negativeSlopeBeginsAtTheThreshold() {
        requireResult(ReLU.of(5, 0.5, 1), new float[] {-1, 0.5f, 1, 1.5f, 7}, -1, -0.25, 0, 1.5, 5);
    }

    @Test
    void eluIsScaledBelowZeroOnly() {
        requireResult(ELU.of(2), new float[] {-1, 0, 1}, 2 * Math.expm1(-1), 0, 1);
        requireResult(ELU.of(-1), new float[] {-1, 0, 1}, -Math.expm1(-1), 0, 1);
    }

    @Test
    void leakyReluMayHaveASlopeBelowZero() {
        requireResult(LeakyReLU.of(-1), new float[] {-3, 3}, 3, 3);
    }

    @Test
    void softmaxOfSeveralAxesSumsToOneOverAll() {
        try (Model model = Model.sequential(InputLayer.of(2, 2, 1), Softmax.of(1, -2))) {
            Tensor result = model.predict(Tensor.of(Shape.of(1, 2, 2, 1), 1000f, 1000, 999, -1000));
            double least = Math.exp(-1) / (2 + Math.exp(-1));
            assertThat(result.element(2)).isCloseTo(least, within(1e-6));
            assertThat(result.element(0)).isCloseTo((1 - least) / 2, within(1e-6));
            assertThat(result.element(3)).isZero();
        }
    }

    @Test
    void softmaxLeavesOutWhatItsMaskSays() {
        KerasTensor x = InputLayer.input("x", 3);
        KerasTensor mask = new InputLayer("mask", DataType.BOOL, x.shape()).apply();
        Argument<KerasTensor> given = new CallArguments.Tensor<>(x);
        KerasTensor y = Softmax.of()
                .apply(new CallArguments<>(List.of(given), Map.of("mask", new CallArguments.Tensor<>(mask))))
                .get(0);
        try (Model model = Model.functional(List.of(x, mask), List.of(y))) {
            Tensor counts = Tensor.zeros(DataType.BOOL, Shape.of(1, 3));
            counts.bytes().put(new byte[] {1, 0, 1});
            Map<String, Tensor> feeds = Map.of("x", Tensor.of(new float[][] {{1, 50, 1}}), "mask", counts);
            Tensor result = model.predict(feeds).values().iterator().next();
            assertThat(result.element(0)).isCloseTo(0.5, within(1e-6));
            assertThat(result.element(1)).isZero();
        }
    }

    @Test
    void sharedAxesHaveOneAlpha() {
        try (Model model = Model.sequential(InputLayer.of(4, 5, 3), PReLU.of(1, 2))) {
            assertThat(model.weights().get(0).spec().shape()).isEqualTo(Shape.of(1, 1, 3));
        }
    }

    @Test
    void negativeSharedAxesAreKerass() {
        try (Model model = Model.sequential(InputLayer.of(4, 5, 3), PReLU.of(-1))) {
            assertThat(model.weights().get(0).spec().shape()).isEqualTo(Shape.of(4, 1, 3));
        }
    }

    @Test
    void refusesSharedAxesThatAreNotThere() {
        assertThatThrownBy(() -> Model.sequential(InputLayer.of(4), PReLU.of(2)))
                .hasMessageContaining("shared_axes 2 (expected: axes from 0 to 1)");
    }

    @Test
    void refusesSlopesBelowZero() {
        assertThatThrownBy(() -> ReLU.of(-1, 0, 0)).hasMessageContaining("(expected: none below 0)");
    }
}
