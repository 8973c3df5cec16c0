package dev.slipway.cli;

import static dev.slipway.cli.Run.slipway;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.keras.config.Backend;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.models.Model;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who knows which backend Keras computed with says so, and what is written remembers it. */
final class BackendOptionTest {
    private static final Path KERAS =
            Path.of("../keras/src/test/resources/fixtures/inference/activation_layers_elu/model.keras");

    @TempDir
    private Path folder = Path.of("");

    @Test
    void readsAFileAsTheBackendThatIsNamed() {
        assertThat(slipway("inspect", KERAS).out()).contains("backend: torch");
        assertThat(slipway("inspect", KERAS, "--backend", "jax").out()).contains("backend: tensorflow");
        for (String name : new String[] {"converted.keras", "converted.h5"}) {
            Path converted = folder.resolve(name);
            assertThat(slipway("convert", KERAS, converted, "--backend", "tensorflow")
                            .exit())
                    .isZero();
            try (Model model = Model.load(converted)) {
                assertThat(model.network().backend()).isEqualTo(Backend.TENSORFLOW);
            }
        }
    }

    @Test
    void refusesOtherBackendsAndFilesThatHaveNone() {
        assertThat(slipway("inspect", KERAS, "--backend", "theano").err())
                .contains("backend: 'theano' (expected: tensorflow, jax or torch)");
        Path onnx = folder.resolve("model.onnx");
        assertThat(slipway("convert", KERAS, onnx).exit()).isZero();
        assertThat(slipway("predict", onnx, "1", "--backend", "torch").err())
                .contains("--backend torch: for " + onnx + " (expected: only for a .keras or .h5 file)");
    }

    @Test
    void predictsAsTheBackendThatIsNamed() {
        Path file = folder.resolve("model.keras");
        try (Model model = Model.sequential(InputLayer.of(1), Dense.of(1))) {
            model.save(file);
        }
        assertThat(slipway("predict", file, "1", "--backend", "tensorflow").out())
                .contains("predictions");
    }
}
