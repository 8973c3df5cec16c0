package dev.slipway.keras.saving;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tree of version 2 that asks for more than the file has is refused before it is followed. */
class RecordTreeTest {
    private static final Path FILE = Path.of("src/test/resources/fixtures/hdf5/chunks_latest.h5");

    /** Signature, version and type; size of nodes, size of records, depth, two percentages, address of the root. */
    private static final int TYPE = 5;

    private static final int NODE_BYTES = 6;
    private static final int RECORD_BYTES = 10;
    private static final int DEPTH = 12;
    private static final int ROOT = 16;
    private static final int ROOT_RECORDS = 24;
    private static final int TOTAL = 26;

    @TempDir
    Path folder = Path.of("");

    @Test
    void moreRecordsThanTheFileHasRoomForAreRefused() throws IOException {
        byte[] file = file(0);
        numbers(file).putLong(tree(file) + TOTAL, Integer.MAX_VALUE);
        requireRefused(file, "2147483647 records of");
    }

    @Test
    void moreLevelsThanThereCanBeAreRefused() throws IOException {
        byte[] file = file(0);
        numbers(file).putShort(tree(file) + DEPTH, (short) -1);
        requireRefused(file, "65535 levels (expected: at most 32)");
    }

    @Test
    void pointersToOneNodeAreRefused() throws IOException {
        int length = (int) Files.size(FILE);
        int nodeBytes = numbers(file(0)).getInt(tree(file(0)) + NODE_BYTES);
        byte[] file = file(nodeBytes);
        int tree = tree(file);
        ByteBuffer numbers = numbers(file);
        long old = numbers.getLong(tree + ROOT);
        numbers.position(length);
        numbers.put("BTIN".getBytes(StandardCharsets.US_ASCII)).put((byte) 0).put(file[tree + TYPE]);
        numbers.position(numbers.position() + (numbers.getShort(tree + RECORD_BYTES) & 0xFFFF));
        numbers.putLong(old).put((byte) 1).putLong(old).put((byte) 1);
        numbers.putShort(tree + DEPTH, (short) 1);
        numbers.putLong(tree + ROOT, length);
        numbers.putShort(tree + ROOT_RECORDS, (short) 1);
        requireRefused(file, "two pointers to what is at " + old);
    }

    private void requireRefused(byte[] file, String message) throws IOException {
        Path changed = Files.write(folder.resolve("changed.h5"), file);
        try (Hdf5Reader reader = Hdf5Reader.open(changed, ReadLimits.defaults())) {
            assertThatThrownBy(() -> reader.read("gzip_growing_twice", DataType.FLOAT, Shape.of(7, 5, 3)))
                    .isInstanceOf(MalformedFileException.class)
                    .cause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(message);
        }
    }

    private static byte[] file(int more) throws IOException {
        byte[] bytes = Files.readAllBytes(FILE);
        return Arrays.copyOf(bytes, bytes.length + more);
    }

    private static ByteBuffer numbers(byte[] file) {
        return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Where the header of the first tree is. */
    private static int tree(byte[] file) {
        return new String(file, StandardCharsets.ISO_8859_1).indexOf("BTHD");
    }
}
