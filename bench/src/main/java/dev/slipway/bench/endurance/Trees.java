package dev.slipway.bench.endurance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders with all that is in them. */
final class Trees {
    private Trees() {}

    static void delete(Path folder) throws IOException {
        for (Path each : list(folder)) {
            Files.deleteIfExists(each);
        }
    }

    /** All files and folders, the innermost first; none if there is no such folder. */
    static List<Path> list(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.sorted(Comparator.reverseOrder()).toList();
        }
    }
}
