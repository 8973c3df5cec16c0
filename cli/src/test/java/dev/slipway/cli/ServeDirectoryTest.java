package dev.slipway.cli;

import static dev.slipway.cli.Run.slipway;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code slipway serve} with a directory of models. */
final class ServeDirectoryTest {
    @TempDir
    private Path directory = Path.of("");

    private Run check() {
        return slipway("serve", directory, "--check", "--models-keep", "2");
    }

    private void train(String path) throws IOException {
        Path file = directory.resolve(path);
        Files.createDirectories(file.getParent());
        String spec = Path.of("..", "examples", "my-best-model", "train.yaml").toString();
        Path made = directory.resolve(".made").resolve("model.h5");
        Files.createDirectories(made.getParent());
        assertThat(slipway("train", spec, "--save", made, "--quiet").exit()).isZero();
        Files.move(made, file);
    }

    @Test
    void checksEveryModelOfADirectory() throws IOException {
        train("line/1/model.h5");
        Run good = check();
        assertThat(good.err()).isEmpty();
        assertThat(good.exit()).isZero();
        assertThat(good.out()).contains("models:").contains("keep: 2");

        Files.writeString(directory.resolve("bad.h5"), "not HDF5");
        Run bad = check();
        assertThat(bad.exit()).isNotZero();
        assertThat(bad.err()).contains("model 'bad': version 1: ").contains("bad.h5");
    }
}
