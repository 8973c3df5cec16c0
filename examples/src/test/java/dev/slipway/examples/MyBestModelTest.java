package dev.slipway.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.graph.Shape;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.Dataset;
import dev.slipway.keras.trainers.History;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MyBestModelTest {
    @Test
    void isOneNeuronOfTwoParameters() {
        try (Model model = MyBestModel.createModel()) {
            assertThat(model.weights())
                    .extracting(weight -> weight.spec().shape())
                    .containsExactly(Shape.of(1, 1), Shape.of(1));
        }
    }

    @Test
    void dataLieOnTheLine() {
        Dataset data = MyBestModel.data();
        float[] xs = data.inputs().get(0).toFloatArray();
        float[] ys = data.targets().get(0).toFloatArray();

        assertThat(data.rows()).isEqualTo(6);
        for (int i = 0; i < xs.length; i++) {
            assertThat(ys[i]).isEqualTo(3 * xs[i] + 1);
        }
    }

    @Test
    void learns() {
        try (Model model = MyBestModel.createModel()) {
            History history = MyBestModel.train(model, MyBestModel.data());
            List<Double> loss = history.get("loss");

            assertThat(loss).hasSize(500);
            assertThat(loss.get(499)).isLessThan(1e-3).isLessThan(loss.get(0));
        }
    }

    /** After 500 epochs the slope is within a per cent for every start that the initializer can draw. */
    @ParameterizedTest
    @CsvSource({"10, 31", "0, 1", "-1, -2", "100, 301"})
    void predictsTheLineAfterSavingAndLoading(float x, float expected, @TempDir Path directory) {
        Path file = directory.resolve("my_best_model.h5");
        MyBestModel.trainAndSave(file);

        assertThat(MyBestModel.predict(file, x)).isCloseTo(expected, within(0.01f * Math.max(1, Math.abs(expected))));
    }
}
