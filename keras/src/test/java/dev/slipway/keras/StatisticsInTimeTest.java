package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.BatchNormalization;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.Masking;
import dev.slipway.keras.layers.TimeDistributed;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import org.junit.jupiter.api.Test;

/** Statistics of sequences in training: of all steps together, of those that count, or of one step after the other. */
class StatisticsInTimeTest {
    /** Two rows of two steps of one number. */
    private static final Tensor SEQUENCES = Tensor.of(Shape.of(2, 2, 1), 1f, 5, 3, 0);

    /** The moving mean after one step of training that changes no other weight. */
    private static double movingMean(Layer... layers) {
        Layer[] all = new Layer[layers.length + 1];
        all[0] = InputLayer.of(2, 1);
        System.arraycopy(layers, 0, all, 1, layers.length);
        try (Model model = Model.sequential(all)) {
            model.compile("sgd", "mse");
            model.fit(SEQUENCES, SEQUENCES, FitOptions.epochs(1));
            String path = model.weights().stream()
                    .map(Weight::path)
                    .filter(name -> name.endsWith("moving_mean"))
                    .findFirst()
                    .orElseThrow();
            return model.weight(path).element(0);
        }
    }

    @Test
    void ofAllSteps() {
        assertThat(movingMean(BatchNormalization.of())).isCloseTo(0.01 * 9 / 4, within(1e-7));
    }

    @Test
    void ofTheStepsThatCount() {
        assertThat(movingMean(Masking.of(0), BatchNormalization.of())).isCloseTo(0.01 * 9 / 3, within(1e-7));
    }

    @Test
    void ofOneStepAfterTheOther() {
        double first = 0.01 * (1 + 3) / 2;
        double second = 0.99 * first + 0.01 * (5 + 0) / 2;
        assertThat(movingMean(TimeDistributed.of(BatchNormalization.of()))).isCloseTo(second, within(1e-7));
    }
}
