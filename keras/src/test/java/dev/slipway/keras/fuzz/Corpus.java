package dev.slipway.keras.fuzz;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Writes what the fuzzer begins with, made of the fixtures: a folder for each {@link Door}. */
final class Corpus {
    private static final Path FIXTURES = Path.of("src/test/resources/fixtures");

    static final Path ARCHIVE = FIXTURES.resolve("training/optimizer_adam/final.keras");
    static final Path OLD_WEIGHTS = FIXTURES.resolve("old/keras_1_cnn_th.h5");

    /** Longer ones make every try slow. */
    private static final long LONGEST = 40_000;

    private Corpus() {}

    /**
     * Writes the corpus.
     *
     * @param arguments the folder to write into
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        for (Door door : Door.values()) {
            Files.createDirectories(folder.resolve(door.folder()));
        }
        List<Path> files;
        try (Stream<Path> all = Files.walk(FIXTURES)) {
            files = all.filter(Corpus::isShortModel).sorted().toList();
        }
        for (Path file : files) {
            String name = FIXTURES.relativize(file).toString().replace('/', '-');
            byte[] bytes = Files.readAllBytes(file);
            if (name.endsWith(".keras")) {
                Map<String, byte[]> members = Door.unzip(bytes);
                write(folder, Door.ARCHIVE, name, bytes);
                write(folder, Door.CONFIG, name, members.getOrDefault("config.json", bytes));
                write(folder, Door.WEIGHTS, name, members.getOrDefault("model.weights.h5", bytes));
            } else {
                write(folder, Door.H5, name, bytes);
                write(folder, Door.JSON, name, architecture(file));
            }
        }
    }

    private static boolean isShortModel(Path path) {
        String name = path.toString();
        return (name.endsWith(".h5") || name.endsWith(".keras"))
                && path.toFile().length() < LONGEST;
    }

    private static byte[] architecture(Path file) {
        try (HdfFile h5 = new HdfFile(file)) {
            Attribute found = h5.getAttribute("model_config");
            return (found == null ? "{}" : String.valueOf(found.getData())).getBytes(StandardCharsets.UTF_8);
        }
    }

    private static void write(Path folder, Door door, String name, byte[] bytes) throws IOException {
        Files.write(folder.resolve(door.folder()).resolve(name), bytes);
    }
}
