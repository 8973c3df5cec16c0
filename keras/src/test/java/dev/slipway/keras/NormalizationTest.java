package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.keras.layers.BatchNormalization;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
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

    private static void requireClose(Tensor actual, double... expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual.element(i)).isCloseTo(expected[i], within(1e-6));
        }
    }
}
