package dev.slipway.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.layers.ActivationLayer;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnakeTest {
    private static final float[][] X = {{-1}, {0.5f}, {2}};

    @TempDir
    Path folder = Path.of("");

    @Test
    void isXAndTheSquareOfItsSine() {
        try (Model model = Model.sequential(InputLayer.of(1), ActivationLayer.of(Snake.activation()))) {
            for (int i = 0; i < X.length; i++) {
                double expected = X[i][0] + Math.pow(Math.sin(X[i][0]), 2);
                assertThat(model.predict(X)[i][0]).isCloseTo((float) expected, within(1e-6f));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"own.keras", "own.h5"})
    void trainsIsSavedAndLoadedWithTheRegistry(String file) {
        Path path = folder.resolve(file);
        float[][] expected;
        try (Model model = Model.sequential(
                InputLayer.of(1),
                Dense.builder(4).activation(Snake.activation()).build(),
                Dense.of(1))) {
            model.compile("adam", "mse");
            Tensor y = Tensor.of(new float[][] {{1}, {2}, {3}});
            List<Double> losses =
                    model.fit(Tensor.of(X), y, FitOptions.epochs(20)).get("loss");
            assertThat(losses.get(19)).isLessThan(losses.get(0));
            expected = model.predict(X);
            model.save(path);
        }
        try (Model model = Model.load(path, Snake.registry())) {
            assertThat(model.predict(X)).isDeepEqualTo(expected);
        }
        assertThatThrownBy(() -> Model.load(path))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("layer 'dense' (Dense): activation = shop>snake (expected: one of [celu, ");
    }
}
