package dev.slipway.cli.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FingerprintTest {
    @TempDir
    private Path directory = Path.of("");

    @ParameterizedTest
    @ValueSource(ints = {1, 65_536, 65_537, 200_000})
    void tellsContentsApartAndKnowsCopies(int length) throws IOException {
        byte[] bytes = new byte[length];
        Path file = Files.write(directory.resolve("a"), bytes);
        Path copy = Files.write(directory.resolve("b"), bytes);
        bytes[length - 1] = 1;
        Path other = Files.write(directory.resolve("c"), bytes);

        assertThat(Fingerprint.of(file))
                .startsWith(length + " bytes, checksum ")
                .isEqualTo(Fingerprint.of(copy))
                .isNotEqualTo(Fingerprint.of(other));
    }

    @Test
    void tellsFoldersApartByTheirFiles() throws IOException {
        Path one = Files.createDirectories(directory.resolve("pictures/cat")).resolve("1.png");
        Files.writeString(one, "a");
        String before = Fingerprint.of(directory.resolve("pictures"));
        Files.writeString(one.resolveSibling("2.png"), "b");

        assertThat(before).startsWith("1 files, checksum ");
        assertThat(Fingerprint.of(directory.resolve("pictures")))
                .startsWith("2 files, checksum ")
                .isNotEqualTo(before);
    }
}
