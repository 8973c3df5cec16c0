package dev.slipway.keras.saving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class AtomicFileTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void keepsWhatWasThereIfNotAllCanBeWritten() throws IOException {
        Path file = Files.writeString(directory.resolve("model"), "before");

        assertThatThrownBy(() -> AtomicFile.write(file, channel -> {
                    channel.write(ByteBuffer.allocate(3));
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage(file + " cannot be written: No space left on device");
        assertThat(file).hasContent("before");
        assertThat(directory.toFile().list()).containsExactly("model");
    }

    @Test
    void appendsToAFileAndBeginsOne() {
        Path file = directory.resolve("log");
        AtomicFile.append(file, new byte[] {'a', 'b'});
        AtomicFile.append(file, new byte[] {'c'});

        assertThat(file).hasContent("abc");
    }

    /** Linux has a file for which the disk is always full. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void saysThatTheDiskIsFull() {
        assertThatThrownBy(() -> AtomicFile.append(Path.of("/dev/full"), new byte[] {'a'}))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("/dev/full cannot be written: No space left on device");
    }
}
