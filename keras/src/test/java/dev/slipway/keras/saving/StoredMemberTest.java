package dev.slipway.keras.saving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.keras.models.Model;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights are read where they lie in the zip; where that is not known they are unpacked, with the same result. */
class StoredMemberTest {
    private static final Path FIXTURE = Path.of("src/test/resources/fixtures/training/notebook/final.keras");
    private static final String WEIGHTS = "model.weights.h5";

    @TempDir
    Path folder = Path.of("");

    @Test
    void findsWhatKerasWrote() throws IOException {
        assertThat(isFound(FIXTURE)).isTrue();
    }

    @Test
    void findsWhatIsStoredInAnyOrder() throws IOException {
        Path file = rezipped(ZipEntry.STORED, true);
        assertThat(isFound(file)).isTrue();
        requireNotebook(file);
    }

    @Test
    void unpacksWhatIsCompressed() throws IOException {
        Path file = rezipped(ZipEntry.DEFLATED, false);
        assertThat(isFound(file)).isFalse();
        requireNotebook(file);
    }

    @Test
    void unpacksWhatLiesBehindOtherBytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write("PK\3\4 begins, but not with a header of a member".getBytes(StandardCharsets.US_ASCII));
        Files.copy(FIXTURE, bytes);
        Path file = Files.write(folder.resolve("behind.keras"), bytes.toByteArray());
        assertThat(isFound(file)).isFalse();
        requireNotebook(file);
    }

    private static boolean isFound(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry entry = zip.getEntry(WEIGHTS);
            var found = StoredMember.find(file, zip, entry);
            if (found.isEmpty()) {
                return false;
            }
            try (FileRegion region = found.get()) {
                assertThat(region.crc32()).isEqualTo(entry.getCrc());
            }
            return true;
        }
    }

    private static void requireNotebook(Path file) {
        try (Model model = Model.load(file)) {
            assertThat(model.predict(new float[][] {{10}})[0][0]).isBetween(30.9f, 31.1f);
        }
    }

    private Path rezipped(int method, boolean weightsFirst) throws IOException {
        Map<String, byte[]> members = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(FIXTURE.toFile())) {
            for (String name : weightsFirst
                    ? new String[] {WEIGHTS, "config.json", "metadata.json"}
                    : new String[] {"metadata.json", "config.json", WEIGHTS}) {
                members.put(name, zip.getInputStream(zip.getEntry(name)).readAllBytes());
            }
        }
        Path file = folder.resolve("rezipped.keras");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> member : members.entrySet()) {
                ZipEntry entry = new ZipEntry(member.getKey());
                CRC32 checksum = new CRC32();
                checksum.update(member.getValue());
                entry.setMethod(method);
                entry.setSize(member.getValue().length);
                entry.setCrc(checksum.getValue());
                out.putNextEntry(entry);
                out.write(member.getValue());
            }
        }
        return file;
    }
}
