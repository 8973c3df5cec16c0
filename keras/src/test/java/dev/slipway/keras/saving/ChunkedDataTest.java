package dev.slipway.keras.saving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chunks that the HDF5 library wrote, by way of h5py: {@code fixtures/hdf5/make.py}. */
class ChunkedDataTest {
    private static final Path FIXTURES = Path.of("src/test/resources/fixtures/hdf5");
    private static final Shape SHAPE = Shape.of(7, 5, 3);

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"chunks_earliest.h5", "chunks_latest.h5"})
    void readsEveryCompressionAndIndex(String file) {
        float[] expected = new float[7 * 5 * 3];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = i;
        }
        try (Hdf5Reader reader = Hdf5Reader.open(FIXTURES.resolve(file), ReadLimits.defaults())) {
            List<String> datasets = reader.children("");
            assertThat(datasets).hasSizeGreaterThan(3);
            for (String dataset : datasets) {
                if (!dataset.equals("repeated")) {
                    assertThat(numbers(reader, dataset, SHAPE)).as(dataset).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void readsWhatLzfRepeats() {
        try (Hdf5Reader reader = Hdf5Reader.open(FIXTURES.resolve("chunks_earliest.h5"), ReadLimits.defaults())) {
            assertThat(numbers(reader, "repeated", Shape.of(40, 50)))
                    .hasSize(2000)
                    .containsOnly(0);
        }
    }

    private static float[] numbers(Hdf5Reader reader, String dataset, Shape shape) {
        float[] numbers = new float[Math.toIntExact(shape.elementCount())];
        reader.read(dataset, DataType.FLOAT, shape).floats().get(numbers);
        return numbers;
    }

    @Test
    void refusesOtherFiltersByName() {
        Path file = FIXTURES.resolve("unknown_filter.h5");
        try (Hdf5Reader reader = Hdf5Reader.open(file, ReadLimits.defaults())) {
            assertThatThrownBy(() -> reader.read("numbers", DataType.INT64, Shape.of(4, 5)))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("'scaleoffset'")
                    .hasMessageContaining("(expected: gzip, shuffle, fletcher32 or lzf), at numbers");
        }
    }

    @Test
    void noticesDamageInCheckedChunks() throws IOException {
        byte[] whole = Files.readAllBytes(FIXTURES.resolve("chunks_earliest.h5"));
        Path file = folder.resolve("damaged.h5");
        int noticed = 0;
        for (int at = 0; at < whole.length; at += 97) {
            byte[] bytes = Arrays.copyOf(whole, whole.length);
            bytes[at] ^= 1;
            Files.write(file, bytes);
            noticed += wrongChecksum(file);
        }
        assertThat(noticed).isPositive();
    }

    private static int wrongChecksum(Path file) {
        try (Hdf5Reader reader = Hdf5Reader.open(file, ReadLimits.defaults())) {
            reader.read("plain_many", DataType.FLOAT, SHAPE);
            return 0;
        } catch (MalformedFileException e) {
            return String.valueOf(e.getMessage()).contains("fletcher32: wrong checksum") ? 1 : 0;
        }
    }

    @Test
    void refusesLzfThatReachesBehindItsBeginning() {
        byte[] reachingBack = {0, 7, 0x20, 9};
        assertThatThrownBy(() -> ChunkFilter.LZF.undone(reachingBack, 100, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("lzf: broken bytes");
    }
}
