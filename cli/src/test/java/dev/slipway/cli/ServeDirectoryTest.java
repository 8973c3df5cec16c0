package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code slipway serve} with a directory of models. */
final class ServeDirectoryTest {
    @TempDir
    private Path directory = Path.of("");

    private record Run(int exit, String out, String err) {}

    private Run check() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] words = {"serve", directory.toString(), "--check", "--models-keep", "2"};
        int exit = Slipway.commandLine(words)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(words);
        return new Run(exit, out.toString(), err.toString());
    }

    private void train(String path) throws IOException {
        Path file = directory.resolve(path);
        Files.createDirectories(file.getParent());
        String spec = Path.of("..", "examples", "my-best-model", "train.yaml").toString();
        Path made = directory.resolve(".made").resolve("model.h5");
        Files.createDirectories(made.getParent());
        String[] words = {"train", spec, "--save", made.toString(), "--quiet"};
        assertThat(Slipway.commandLine(words)
                        .setOut(new PrintWriter(new StringWriter()))
                        .setErr(new PrintWriter(new StringWriter()))
                        .execute(words))
                .isZero();
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
