package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.optimizers.LearningRate;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The learning rate of a compiled model can be read and set between steps, and is saved. */
class LearningRateTest {
    private static final Tensor ROW = Tensor.of(new float[][] {{1}});

    @TempDir
    Path folder = Path.of("");

    private static Model compiled() {
        Model model = Model.sequential(InputLayer.of(1), Dense.of(1));
        model.compile("sgd", "mse");
        model.assign("dense/kernel", Tensor.of(Shape.of(1, 1), 3f));
        return model;
    }

    private static LearningRate rate(Model model) {
        return model.optimizerState().orElseThrow().learningRate();
    }

    private static float kernel(Model model) {
        return model.weight("dense/kernel").floats().get(0);
    }

    @Test
    void decidesTheNextStep() {
        try (Model model = compiled()) {
            assertThat(rate(model).now()).isEqualTo(0.01f);
            model.fit(ROW, ROW, FitOptions.epochs(1));
            assertThat(kernel(model)).isEqualTo(3 - 0.01f * 4);
            rate(model).set(0);
            model.fit(ROW, ROW, FitOptions.epochs(1));
            assertThat(kernel(model)).isEqualTo(3 - 0.01f * 4);
        }
    }

    @Test
    void isSaved() {
        Path file = folder.resolve("model.keras");
        try (Model model = compiled()) {
            rate(model).set(0.125);
            model.save(file);
            try (Model again = Model.load(file)) {
                assertThat(rate(again).now()).isEqualTo(0.125);
            }
        }
    }

    @Test
    void refusesWhatIsNoRate() {
        try (Model model = compiled()) {
            for (double rate : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
                assertThatThrownBy(() -> rate(model).set(rate))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("learning_rate: " + rate + " (expected: a finite number >= 0)");
            }
        }
    }
}
