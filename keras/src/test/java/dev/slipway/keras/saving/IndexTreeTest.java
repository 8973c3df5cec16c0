package dev.slipway.keras.saving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.keras.models.Model;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tree whose nodes are pointed at by many is refused before it is followed. */
class IndexTreeTest {
    private static final Path MODEL = Path.of("src/test/resources/fixtures/keras2/sequential_2_0.h5");
    private static final int HEAD_BYTES = 24;
    private static final int ENTRIES = 60;
    private static final int NODE_BYTES = HEAD_BYTES + 16 * ENTRIES + 8;

    @TempDir
    Path folder = Path.of("");

    /** Sixty pointers to the same node, eight levels deep: 60⁸ ways. */
    @Test
    void pointersToOneNodeAreRefusedAtOnce() throws IOException {
        byte[] model = Files.readAllBytes(MODEL);
        Path file = Files.write(folder.resolve("model.h5"), withRootTree(model, 8));

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () -> assertThatThrownBy(() -> Model.load(file))
                        .isInstanceOf(MalformedFileException.class)
                        .cause()
                        .hasMessageContaining("two pointers to what is at"));
    }

    @Test
    void theFileIsReadAsItWas() {
        try (Model model = Model.load(MODEL)) {
            assertThat(model.weights()).isNotEmpty();
        }
    }

    /** The file with another tree for the members of its first group, appended to it. */
    private static byte[] withRootTree(byte[] file, int levels) {
        long old = indexOf(file, "TREE");
        ByteBuffer changed = ByteBuffer.allocate(file.length + levels * NODE_BYTES + 4096)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(file);
        for (int level = levels - 1; level >= 0; level--) {
            long next = level == 0 ? old : changed.position() + NODE_BYTES;
            changed.put("TREE".getBytes(StandardCharsets.US_ASCII))
                    .put((byte) 0)
                    .put((byte) level)
                    .putShort((short) ENTRIES);
            changed.putLong(-1).putLong(-1);
            for (int i = 0; i < ENTRIES; i++) {
                changed.putLong(0).putLong(next);
            }
            changed.putLong(0);
        }
        for (int i = 0; i + 8 <= file.length; i++) {
            if (changed.getLong(i) == old) {
                changed.putLong(i, file.length);
            }
        }
        return changed.array();
    }

    private static int indexOf(byte[] file, String text) {
        return new String(file, StandardCharsets.ISO_8859_1).indexOf(text);
    }
}
