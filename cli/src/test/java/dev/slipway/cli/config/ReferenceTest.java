package dev.slipway.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.ServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The page says what the records say. */
final class ReferenceTest {
    private static final Path DOCUMENT = Path.of("../docs/reference/configuration.md");

    @Test
    void documentSaysWhatTheRecordsSay() throws IOException {
        String expected = Reference.of(ServerOptions.defaults());
        if (Boolean.getBoolean("slipway.write-reference")) {
            Files.createDirectories(DOCUMENT.getParent());
            Files.writeString(DOCUMENT, expected);
        }

        assertThat(Files.readString(DOCUMENT)).isEqualTo(expected);
    }

    /** What is the default is also what the effective settings say, and they can be read again. */
    @Test
    void everyDefaultCanBeGiven() throws IOException {
        ServerOptions defaults = ServerOptions.defaults();
        String effective =
                Settings.of(defaults, Map.of(), Map.of(), Optional.empty()).effective();
        Path file = Files.createTempFile("slipway", ".yaml");
        try {
            Files.writeString(file, effective);

            assertThat(Settings.of(defaults, Map.of(), Map.of(), Optional.of(file))
                            .options())
                    .isEqualTo(defaults);
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void flagsAndVariablesAreDifferent() {
        Set<String> seen = new HashSet<>();
        for (Key key : new Schema<>(ServerOptions.defaults()).keys()) {
            assertThat(seen.add(key.flag())).as(key.flag()).isTrue();
            assertThat(seen.add(key.variable())).as(key.variable()).isTrue();
        }
    }
}
