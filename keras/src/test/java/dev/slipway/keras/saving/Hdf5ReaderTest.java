package dev.slipway.keras.saving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that can be mapped into memory and those that are too long for it are read alike. */
class Hdf5ReaderTest {
    private static final Path FIXTURE = Path.of("src/test/resources/fixtures/training/notebook/final.h5");
    private static final String KERNEL = "model_weights/dense_51/sequential_153/dense_51/kernel";

    @TempDir
    Path folder = Path.of("");

    private static Hdf5Reader open(FileRegion region, int mappable) {
        return new Hdf5Reader(FIXTURE, region, ReadLimits.defaults(), mappable);
    }

    @Test
    void readsTheSameMappedAndThroughAChannel() throws IOException {
        try (Hdf5Reader mapped = open(FileRegion.whole(FIXTURE), Integer.MAX_VALUE);
                Hdf5Reader channel = open(FileRegion.whole(FIXTURE), 0)) {
            assertThat(channel.text("", "model_config")).isPresent().isEqualTo(mapped.text("", "model_config"));
            assertThat(channel.longList("model_weights", "layer_names"))
                    .isEqualTo(mapped.longList("model_weights", "layer_names"));
            assertThat(kernel(channel)).isEqualTo(kernel(mapped)).isBetween(2.9f, 3.1f);
        }
    }

    @Test
    void readsFromTheMiddleOfAnotherFile() throws IOException {
        byte[] hdf5 = Files.readAllBytes(FIXTURE);
        Path around = folder.resolve("around");
        byte[] bytes = new byte[17 + hdf5.length + 5];
        System.arraycopy(hdf5, 0, bytes, 17, hdf5.length);
        Files.write(around, bytes);
        for (int mappable : new int[] {0, Integer.MAX_VALUE}) {
            FileRegion whole = FileRegion.whole(around);
            try (Hdf5Reader reader = open(whole.part(17, hdf5.length), mappable)) {
                assertThat(kernel(reader)).isBetween(2.9f, 3.1f);
            }
        }
    }

    @Test
    void refusesDataThatEndsBehindTheRegion() throws IOException {
        byte[] hdf5 = Files.readAllBytes(FIXTURE);
        Path cut = folder.resolve("cut.h5");
        for (int mappable : new int[] {0, Integer.MAX_VALUE}) {
            int refused = 0;
            for (int length = 512; length < hdf5.length; length += 512) {
                Files.write(cut, Arrays.copyOf(hdf5, length));
                try (Hdf5Reader reader = open(FileRegion.whole(cut), mappable)) {
                    assertThat(kernel(reader)).isBetween(2.9f, 3.1f);
                } catch (MalformedFileException e) {
                    refused++;
                }
            }
            assertThat(refused).isPositive();
        }
    }

    @Test
    void closesTheFileThatIsNoHdf5() throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "no HDF5 at all");
        FileRegion region = FileRegion.whole(text);
        assertThatThrownBy(() -> open(region, 0)).isInstanceOf(MalformedFileException.class);
        assertThatThrownBy(region::crc32).isInstanceOf(ClosedChannelException.class);
    }

    private static float kernel(Hdf5Reader reader) {
        Tensor kernel = reader.read(KERNEL, DataType.FLOAT, Shape.of(1, 1));
        return kernel.floats().get(0);
    }
}
