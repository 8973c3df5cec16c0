package dev.slipway.keras.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code scripts/fuzz} found stays mended: {@code fixtures/fuzz} has a folder of files for each {@link Door}. */
class FuzzReplayTest {
    private static final Path CASES = Path.of("src/test/resources/fixtures/fuzz");
    /** A hang, not a slow machine. */
    private static final Duration CEILING = Duration.ofSeconds(60);

    static Stream<Path> cases() {
        return Arrays.stream(Door.values()).flatMap(door -> files(door).stream());
    }

    private static List<Path> files(Door door) {
        Path folder = CASES.resolve(door.folder());
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void loadsOrRefusesInTime(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Door door = Arrays.stream(Door.values())
                .filter(each -> CASES.resolve(each.folder()).equals(file.getParent()))
                .findFirst()
                .orElseThrow();
        assertTimeoutPreemptively(CEILING, () -> door.open(bytes));
    }

    @Test
    void everyFolderIsADoors() throws IOException {
        try (Stream<Path> folders = Files.list(CASES)) {
            assertThat(folders.map(folder -> folder.getFileName().toString()).toList())
                    .isSubsetOf(Arrays.stream(Door.values()).map(Door::folder).toList());
        }
    }
}
