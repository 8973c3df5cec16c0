package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.ActivityRegularization;
import dev.slipway.keras.layers.AlphaDropout;
import dev.slipway.keras.layers.Dropout;
import dev.slipway.keras.layers.GaussianDropout;
import dev.slipway.keras.layers.GaussianNoise;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.SpatialDropout;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Layers that disturb in training only: how much they do, as the loss tells. */
class RandomLayerTest {
    private static final int STEPS = 100;
    private static final int CHANNELS = 100;

    /** The mean of the squared distance from a target, where each row is {@code [STEPS, CHANNELS]} of one number. */
    private static double loss(Layer layer, float x, float target) {
        try (Model model = Model.sequential(InputLayer.of(STEPS, CHANNELS), layer)) {
            model.compile("sgd", "mse");
            return model.fit(filled(x), filled(target), FitOptions.epochs(1))
                    .get("loss")
                    .get(0);
        }
    }

    private static Tensor filled(float number) {
        float[] numbers = new float[2 * STEPS * CHANNELS];
        Arrays.fill(numbers, number);
        return Tensor.of(Shape.of(2, STEPS, CHANNELS), numbers);
    }

    @Test
    void gaussianNoiseHasItsDeviation() {
        assertThat(loss(GaussianNoise.of(0.5), 3, 3)).isCloseTo(0.25, within(0.01));
    }

    @Test
    void gaussianDropoutDisturbsAsMuchAsDropout() {
        assertThat(loss(GaussianDropout.of(0.2), 2, 2)).isCloseTo(4 * 0.2 / 0.8, within(0.03));
        assertThat(loss(Dropout.of(0.2), 2, 2)).isCloseTo(4 * 0.2 / 0.8, within(0.03));
    }

    @Test
    void alphaDropoutOfZerosKeepsTheMeanAndAddsItsVariance() {
        double floor = -1.6732632423543772 * 1.0507009873554805;
        double variance = floor * floor * 0.25 / (0.5 * (1 + 0.5 * floor * floor));
        assertThat(loss(AlphaDropout.of(0.5), 0, 0)).isCloseTo(variance, within(0.02));
        assertThat(loss(AlphaDropout.of(0.5), 0, 1)).isCloseTo(variance + 1, within(0.05));
    }

    @Test
    void spatialDropoutDropsWholeChannels() {
        // 200 channels are kept or dropped: half of the loss of 4 each, give or take, in steps of a whole channel.
        double dropped = loss(SpatialDropout.of(1, 0.5), 1, 2) / 4 * 2 * CHANNELS;
        assertThat(dropped).isBetween(60.0, 140.0).isCloseTo(Math.rint(dropped), within(1e-3));
    }

    @Test
    void nothingIsDisturbedAtInference() {
        try (Model model = Model.sequential(
                InputLayer.of(STEPS, CHANNELS),
                GaussianNoise.of(1),
                GaussianDropout.of(0.5),
                AlphaDropout.of(0.5),
                SpatialDropout.of(1, 0.5),
                ActivityRegularization.of(1, 1))) {
            assertThat(model.predict(filled(3)).bytes()).isEqualTo(filled(3).bytes());
            assertThat(model.weights()).hasSize(4);
        }
    }

    @Test
    void refusesRatesThatAreNone() {
        assertThatThrownBy(() -> GaussianDropout.of(1.5)).hasMessageContaining("rate 1.5 (expected: 0 to 1)");
        assertThatThrownBy(() -> loss(AlphaDropout.of(1), 0, 0))
                .hasMessageContaining("rate 1 (expected: below 1 in training)");
    }
}
