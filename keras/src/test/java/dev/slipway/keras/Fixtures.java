package dev.slipway.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Models written by real Keras 3.9.2 with what it computed; made by a script of Keras calls, never by Slipway. */
final class Fixtures {
    private static final Path ROOT = Path.of("src/test/resources/fixtures");

    private Fixtures() {}

    static List<Path> all(String kind) {
        try (Stream<Path> folders = Files.list(ROOT.resolve(kind))) {
            return folders.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every {@code .keras} file that Keras wrote after an inference or a training. */
    static Stream<Path> models() {
        return Stream.concat(
                all("inference").stream().map(fixture -> fixture.resolve("model.keras")),
                all("training").stream().map(fixture -> fixture.resolve("final.keras")));
    }

    static Path training(String name) {
        return ROOT.resolve("training").resolve(name);
    }

    static Path inference(String name) {
        return ROOT.resolve("inference").resolve(name);
    }

    static Path keras2(String file) {
        return ROOT.resolve("keras2").resolve(file);
    }

    static Path keras231(String file) {
        return ROOT.resolve("keras231").resolve(file);
    }

    /** Models of layers as Keras 3.9 did not have them yet, or computed them otherwise. */
    static Path keras315(String file) {
        return ROOT.resolve("keras315").resolve(file);
    }

    static Path old(String file) {
        return ROOT.resolve("old").resolve(file);
    }

    static Path rewritten(String file) {
        return ROOT.resolve("rewritten").resolve(file);
    }

    static Path trained2(String file) {
        return ROOT.resolve("trained2").resolve(file);
    }

    /** Trainings by real Keras 3.15.1. */
    static Path trained315(String file) {
        return ROOT.resolve("trained315").resolve(file);
    }

    static Path dtypes(String file) {
        return ROOT.resolve("dtypes").resolve(file);
    }

    /** Quantized models that real Keras 3.15.1 wrote. */
    static Path quantized(String file) {
        return ROOT.resolve("quantized").resolve(file);
    }

    /** Weights in several files, and what else real Keras 3.15.1 writes in a new way. */
    static Path sharded(String file) {
        return ROOT.resolve("sharded").resolve(file);
    }

    /** Models of layers that Keras 3 does not have, trained by real Keras 2.3.1. */
    static Path relics(String file) {
        return ROOT.resolve("relics").resolve(file);
    }

    /** Models of real Keras 3.15 whose structure Keras 3.9 did not record. */
    static Path structures(String file) {
        return ROOT.resolve("structures").resolve(file);
    }

    static Path hdf5(String file) {
        return ROOT.resolve("hdf5").resolve(file);
    }

    static Path hostile(String file) {
        return ROOT.resolve("hostile").resolve(file);
    }

    static JsonNode json(Path fixture) {
        try {
            return new ObjectMapper().readTree(fixture.resolve("fixture.json").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
