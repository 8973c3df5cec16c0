package dev.slipway.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightClipTest {
    private static final float[][] X = {{0}, {1}};
    private static final float[][] Y = {{0}, {100}};

    private static double slope(Model model) {
        float[][] y = model.predict(X);
        return y[1][0] - y[0][0];
    }

    @Test
    void holdsInTrainingAlsoWhenTheModelWasSavedAndLoaded(@TempDir Path folder) {
        Path path = folder.resolve("clipped.keras");
        Dense clipped = Dense.builder(1).kernelConstraint(new WeightClip(0.5)).build();
        try (Model model = Model.sequential(InputLayer.of(1), clipped)) {
            model.save(path);
        }
        try (Model model = Model.load(path, WeightClip.registry())) {
            model.compile("sgd", "mse");
            model.fit(Tensor.of(X), Tensor.of(Y), FitOptions.epochs(3));
            assertThat(slope(model)).isBetween(0.4999, 0.5001);
        }
    }
}
