package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file that was compiled with something Slipway does not have predicts; training and saving say what is missing. */
class UnsupportedTrainingTest {
    private static final Tensor ROW = Tensor.of(new float[][] {{2}});

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource({
        "SGD, Ads, optimizer 'Ads'",
        "mean_absolute_error, mean_absolute_horro, loss 'mean_absolute_horro'",
        "learning_rate, learning_tate, learning_tate = 0.01",
    })
    void loadsForPredictionAndSaysWhyItDoesNotTrain(String known, String unknown, String reason) throws IOException {
        Path file = withText(known, unknown);
        try (Model model = Model.load(file)) {
            assertThat(model.predict(ROW).shape().toArray()).containsExactly(1, 1);
            assertThat(model.untrainable())
                    .hasValueSatisfying(why -> assertThat(why).contains(reason));
            assertThatThrownBy(() -> model.fit(ROW, ROW, FitOptions.epochs(1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(reason)
                    .hasMessageEndingWith("; compile it anew to train or save it");
            assertThatThrownBy(() -> model.save(folder.resolve("copy.h5")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(reason);
            assertThatThrownBy(() -> model.requireSavable(folder.resolve("copy.h5")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(reason);
        }
    }

    @Test
    void trainsAndSavesWhenCompiledAnew() throws IOException {
        try (Model model = Model.load(withText("SGD", "Ads"))) {
            model.compile("sgd", "mse");
            assertThat(model.untrainable()).isEmpty();
            model.fit(ROW, ROW, FitOptions.epochs(1));
            model.save(folder.resolve("copy.h5"));
            assertThat(folder.resolve("copy.h5")).exists();
        }
    }

    /** A file with some text replaced by as many bytes, as HDF5 counts them. */
    private Path withText(String known, String unknown) throws IOException {
        Path file = folder.resolve("model.h5");
        try (Model model = Model.sequential(InputLayer.of(1), Dense.of(1))) {
            model.compile("sgd", "mean_absolute_error");
            model.save(file);
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(text).contains(known);
        String changed = text.replace(known, unknown);
        assertThat(changed).hasSameSizeAs(text);
        return Files.writeString(file, changed, StandardCharsets.ISO_8859_1);
    }
}
