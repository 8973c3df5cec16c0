package dev.slipway.cli.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What makes a training another one, so that it cannot be resumed. */
final class IdentityTest {
    private static final String LAYERS = "{layers: [Dense: {units: 1}]}";
    private static final String DATA = "{file: rows.csv, features: [x], targets: [y]}";

    @TempDir
    private Path directory = Path.of("");

    private static JsonNode identity(Path folder, String model, String data) throws IOException {
        Path spec = Files.writeString(folder.resolve("train.yaml"), """
                model: %s
                compile: {optimizer: sgd, loss: mse}
                data: %s
                save: trained.keras
                """.formatted(model, data));
        return TrainSpec.read(spec).identity();
    }

    private Path folder(String name, String rows) throws IOException {
        Path folder = Files.createDirectories(directory.resolve(name));
        Files.writeString(folder.resolve("rows.csv"), rows);
        return folder;
    }

    @Test
    void isTheSameInACopyOfTheFolder() throws IOException {
        JsonNode one = identity(folder("one", "x,y\n1,2\n"), LAYERS, DATA);

        assertThat(identity(folder("copy", "x,y\n1,2\n"), LAYERS, DATA)).isEqualTo(one);
        assertThat(identity(folder("other", "x,y\n1,3\n"), LAYERS, DATA)).isNotEqualTo(one);
    }

    @Test
    void tellsFilesOfOneNameApart() throws IOException {
        Path folder = folder("all", "x,y\n1,2\n");
        folder("all/a/rows", "x,y\n1,2\n");
        folder("all/b/rows", "x,y\n1,3\n");
        String data = "{file: a/rows/rows.csv, features: {x: pass}, target: y, validation_file: b/rows/rows.csv}";
        JsonNode before = identity(folder, LAYERS, data);

        folder("all/a/rows", "x,y\n1,4\n");

        assertThat(before.path("contents")).hasSize(2);
        assertThat(identity(folder, LAYERS, data)).isNotEqualTo(before);
    }

    @Test
    void tellsArchitecturesOfAFileApart() throws IOException {
        Path folder = folder("all", "x,y\n1,2\n");
        Path file = folder.resolve("model.json");
        String architecture = "{\"class_name\": \"Sequential\", \"config\": {\"layers\": [%s]}}";
        String dense = "{\"class_name\": \"Dense\", \"config\": {\"units\": 1}}";
        Files.writeString(file, architecture.formatted(dense));
        JsonNode before = identity(folder, "{architecture: model.json}", DATA);

        Files.writeString(file, architecture.formatted(dense + ", " + dense));

        assertThat(identity(folder, "{architecture: model.json}", DATA)).isNotEqualTo(before);
    }

    /** Of 8 bytes each; whatever does not change the order does not count. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{file: rows.csv, features: [x], targets: [y]} | 24 | 8 | all",
                "{file: rows.csv, features: [x], targets: [y]} | 1000 | 1000 | all",
                "{file: rows.csv, features: [x], targets: [y]} | 23 | 16 | 2",
                "{file: rows.csv, features: [x], targets: [y], shuffle_buffer: 3} | 23 | 16 | ''",
                "{file: rows.csv, features: {x: pass}, target: y} | 23 | 16 | ''"
            })
    void saysHowManyRowsAreInMemoryWhereTheHeapDecides(String data, long whole, long buffer, String rows)
            throws IOException {
        Path folder = folder("all", "x,y\n1,2\n3,4\n5,6\n");
        identity(folder, LAYERS, data);
        TrainSpec spec = TrainSpec.read(folder.resolve("train.yaml"));

        assertThat(spec.identity(new MemoryLimits(whole, buffer))
                        .path("rows_in_memory")
                        .asText())
                .isEqualTo(rows);
        assertThat(spec.withFit(spec.fit().withShuffle(false))
                        .identity(new MemoryLimits(whole, buffer))
                        .has("rows_in_memory"))
                .isFalse();
    }
}
