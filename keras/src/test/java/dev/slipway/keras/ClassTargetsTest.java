package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.losses.TargetException;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.Dataset;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Class numbers that the model has no class for are refused before anything is trained or judged by them. */
class ClassTargetsTest {
    private static final Tensor X = Tensor.of(new float[][] {{1, 2}, {3, 4}, {5, 6}, {7, 8}});

    private static Model classifier(String loss, String... metrics) {
        Model model = Model.sequential(InputLayer.of(2), Dense.of(3, "softmax"));
        model.compile("sgd", loss, metrics);
        return model;
    }

    private static Tensor classes(float third) {
        return Tensor.of(Shape.of(4), 0f, 2f, third, 1f);
    }

    private static void requireRefused(ThrowingCallable call, String row, String shown) {
        assertThatThrownBy(call)
                .isInstanceOf(TargetException.class)
                .hasMessage("target of 'dense', row " + row + ": " + shown
                        + " (expected: a class, a whole number in [0, 3))");
    }

    @ParameterizedTest
    @CsvSource({"3, 3", "-1, -1", "2.5, 2.5", "NaN, NaN", "Infinity, Infinity"})
    void refusesWhatIsNoClass(float label, String shown) {
        Tensor y = classes(label);
        try (Model model = classifier("sparse_categorical_crossentropy")) {
            requireRefused(() -> model.fit(X, y, FitOptions.epochs(1)), "2", shown);
            requireRefused(() -> model.evaluate(new Dataset(List.of(X), List.of(y)), 2), "2", shown);
        }
    }

    @Test
    void refusesIntegersInAColumn() {
        Tensor y = Tensor.of(Shape.of(4, 1), 0, 1, 2, 7);
        try (Model model = classifier("sparse_categorical_crossentropy")) {
            requireRefused(() -> model.fit(X, y, FitOptions.epochs(1)), "3", "7");
        }
    }

    @Test
    void refusesValidationTargetsBeforeTraining() {
        try (Model model = classifier("sparse_categorical_crossentropy")) {
            Tensor before = model.weight("dense/kernel").copy();
            Dataset wrong = new Dataset(List.of(X), List.of(classes(3)));
            FitOptions options = FitOptions.epochs(1).withValidation(wrong);
            requireRefused(() -> model.fit(X, classes(1), options), "2", "3");
            assertThat(model.weight("dense/kernel").bytes()).isEqualTo(before.bytes());
        }
    }

    @Test
    void acceptsEveryClass() {
        try (Model model = classifier("sparse_categorical_crossentropy", "accuracy")) {
            assertThat(model.fit(X, classes(1), FitOptions.epochs(1)).get("loss"))
                    .hasSize(1);
        }
    }
}
