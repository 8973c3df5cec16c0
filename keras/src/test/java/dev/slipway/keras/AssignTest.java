package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.Dataset;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A weight of a compiled model can be changed, and prediction, evaluation and training go on from there. */
class AssignTest {
    private static final Tensor X = Tensor.of(new float[][] {{1}, {2}, {4}});
    private static final Tensor Y = Tensor.of(new float[][] {{1}, {3}, {7}});
    private static final Dataset DATA = new Dataset(List.of(X), List.of(Y));
    private static final Tensor KERNEL = Tensor.of(Shape.of(1, 1), 2f);
    private static final Tensor BIAS = Tensor.of(Shape.of(1), -1f);

    @TempDir
    Path folder = Path.of("");

    private static Model compiled() {
        Model model = Model.sequential(InputLayer.of(1), Dense.of(1));
        model.compile("adam", "mse");
        return model;
    }

    private static void assignSolution(Model model) {
        model.assign("dense/kernel", KERNEL);
        model.assign("dense/bias", BIAS);
    }

    @Test
    void changesAModelThatIsCompiled() {
        try (Model model = compiled()) {
            model.evaluate(DATA, 3);
            model.predict(X);
            assignSolution(model);
            requireSolution(model);
        }
    }

    /** After an odd number of steps the trainer reads another tensor than the model's. */
    @Test
    void changesAModelThatHasTrained() {
        for (int epochs = 1; epochs <= 2; epochs++) {
            try (Model model = compiled()) {
                model.fit(X, Y, FitOptions.epochs(epochs));
                assignSolution(model);
                requireSolution(model);
                model.fit(X, Y, FitOptions.epochs(1));
                assertThat(model.optimizerState().orElseThrow().iteration().element(0))
                        .isEqualTo(epochs + 1);
            }
        }
    }

    private static void requireSolution(Model model) {
        assertThat(model.weight("dense/kernel").bytes()).isEqualTo(KERNEL.bytes());
        assertThat(model.predict(X).bytes()).isEqualTo(Y.bytes());
        assertThat(model.evaluate(DATA, 3)).containsEntry("loss", 0.0);
    }

    @Test
    void trainsOnWithWhatTheOptimizerRemembers() {
        Path file = folder.resolve("half.keras");
        FitOptions options = FitOptions.epochs(1).withShuffle(false);
        Tensor start = Tensor.of(Shape.of(1, 1), 0.5f);
        try (Model model = compiled()) {
            model.fit(X, Y, options);
            model.assign("dense/kernel", start);
            model.save(file);
            model.fit(X, Y, options);
            try (Model stored = Model.load(file)) {
                stored.assign("dense/kernel", start);
                stored.fit(X, Y, options);
                assertThat(stored.weight("dense/kernel").bytes())
                        .isEqualTo(model.weight("dense/kernel").bytes())
                        .isNotEqualTo(start.bytes());
            }
        }
    }

    @Test
    void refusesAnotherShape() {
        try (Model model = compiled()) {
            assertThatThrownBy(() -> model.assign("dense/kernel", BIAS))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected: the same type and shape");
        }
    }
}
