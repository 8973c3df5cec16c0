package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page says what the commands say. */
final class CommandReferenceTest {
    private static final Path DOCUMENT = Path.of("../docs/reference/cli.md");

    @Test
    void documentSaysWhatTheCommandsSay() throws IOException {
        String expected = CommandReference.page();
        if (Boolean.getBoolean("slipway.write-reference")) {
            Files.writeString(DOCUMENT, expected);
        }

        assertThat(Files.readString(DOCUMENT)).isEqualTo(expected);
    }
}
