package dev.slipway.server.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileSinkTest {
    @TempDir
    private Path directory = Path.of("");

    private Path file() {
        return directory.resolve("p.jsonl");
    }

    private static byte[] event(int number) {
        return ("event " + number).getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void keepsSoManyFullFiles() throws IOException {
        try (FileSink sink = new FileSink(file(), 16, 2)) {
            for (int i = 1; i <= 9; i++) {
                sink.write(event(i));
            }
        }

        assertThat(Files.readString(file())).isEqualTo("event 9\n");
        assertThat(Files.readString(directory.resolve("p.jsonl.1"))).isEqualTo("event 7\nevent 8\n");
        assertThat(Files.readString(directory.resolve("p.jsonl.2"))).isEqualTo("event 5\nevent 6\n");
        assertThat(directory.resolve("p.jsonl.3")).doesNotExist();
    }

    @Test
    void keepsNoneIfThatIsAskedFor() throws IOException {
        try (FileSink sink = new FileSink(file(), 16, 0)) {
            for (int i = 1; i <= 3; i++) {
                sink.write(event(i));
            }
        }

        assertThat(Files.readString(file())).isEqualTo("event 3\n");
        assertThat(directory.resolve("p.jsonl.1")).doesNotExist();
    }

    @Test
    void goesOnWithAFileThatIsThere() throws IOException {
        Files.writeString(file(), "event 0\n");
        try (FileSink sink = new FileSink(file(), 1000, 2)) {
            sink.write(event(1));
        }

        assertThat(Files.readString(file())).isEqualTo("event 0\nevent 1\n");
    }

    @Test
    void onlyItsOwnerMayReadIt() throws IOException {
        assumeTrue(directory.getFileSystem().supportedFileAttributeViews().contains("posix"));
        new FileSink(file(), 1000, 2).close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void tellsThatADiskIsFullAndGoesOnTelling() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full));
        try (FileSink sink = new FileSink(full, 1000, 2)) {
            assertThatThrownBy(() -> sink.write(event(1))).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> sink.write(event(2))).isInstanceOf(IOException.class);
        }
    }
}
