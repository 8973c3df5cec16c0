package dev.slipway.cli;

import static dev.slipway.cli.Run.slipway;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.models.Model;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code slipway inspect} tells of a file. */
final class InspectTest {
    @TempDir
    private Path directory = Path.of("");

    private static Run inspect(Path file) {
        return slipway("inspect", file);
    }

    private Path model(String name) {
        Path file = directory.resolve(name);
        try (Model model = Model.sequential(InputLayer.of(4), Dense.of(300, "relu"), Dense.of(1))) {
            model.save(file);
        }
        return file;
    }

    @Test
    void tellsOfKerasFiles() {
        for (String name : new String[] {"m.keras", "m.h5"}) {
            Run run = inspect(model(name));

            assertThat(run.err()).isEmpty();
            assertThat(run.exit()).isZero();
            assertThat(run.out().lines())
                    .element(0)
                    .asString()
                    .startsWith("format: " + name.substring(1) + ", written by Keras 3.");
            assertThat(run.out())
                    .contains("parameters: 1,801 (7.04 KB)\n")
                    .contains("inputs:\n  input_layer: FLOAT [batch, 4]\n")
                    .contains("outputs:\n  dense_1: FLOAT [batch, 1]\n")
                    .contains("operators:\n  Add: 2\n  MatMul: 2\n  Relu: 1\n")
                    .endsWith("unsupported: nothing\n");
        }
    }

    @Test
    void tellsOfOnnxFiles() throws IOException {
        Path file = directory.resolve("m.onnx");
        try (Model model = Model.sequential(InputLayer.of(4), Dense.of(1))) {
            Files.write(file, model.toOnnx());
        }
        Run run = inspect(file);

        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isZero();
        assertThat(run.out())
                .startsWith("format: ONNX, opset 18\nsize: ")
                .contains(
                        " B\nparameters: 5\ninputs:\n  input_layer: FLOAT [batch, 4]\noutputs:\n  dense: FLOAT [batch, 1]\n")
                .endsWith("operators:\n  Add: 1\n  MatMul: 1\nunsupported: nothing\n");
    }

    @Test
    void namesEverythingUnsupported() throws IOException {
        Path file = directory.resolve("strange.keras");
        try (InputStream in = Files.newInputStream(model("m.keras"));
                ZipInputStream from = new ZipInputStream(in);
                OutputStream out = Files.newOutputStream(file);
                ZipOutputStream into = new ZipOutputStream(out)) {
            for (ZipEntry entry = from.getNextEntry(); entry != null; entry = from.getNextEntry()) {
                String content = new String(from.readAllBytes(), StandardCharsets.ISO_8859_1);
                into.putNextEntry(new ZipEntry(entry.getName()));
                into.write(content.replace("\"Dense\"", "\"Mystery\"").getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        Run run = inspect(file);

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("format: .keras, written by Keras 3.");
        assertThat(run.out().lines().toList().subList(2, 5))
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("unsupported:"),
                        line -> assertThat(line)
                                .matches("  layer 'dense' \\(Mystery\\): unknown class \\(expected: one of the \\d+ in"
                                        + " docs/support.md, or one that the program registers; nearest: \\w+\\)"),
                        line -> assertThat(line).startsWith("  layer 'dense_1' (Mystery): unknown class"));
    }

    @Test
    void refusesWhatIsNoModel() throws IOException {
        Path broken = Files.writeString(directory.resolve("broken.onnx"), "this is text");

        assertThat(inspect(broken).err()).contains("(expected: an ONNX file)");
        assertThat(inspect(broken).exit()).isEqualTo(1);
        assertThat(inspect(directory.resolve("none.keras")).err()).contains("no such file");
    }
}
