package dev.slipway.keras.saving;

import io.jhdf.api.dataset.ChunkedDataset;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * The bytes of a dataset that lies in chunks, as h5py stores what it compresses or can grow. jHDF finds the chunks; they are
 * unpacked here one by one, for jHDF lets a chunk unpack to any size.
 *
 * <p>Source: IV.A.2.i "Data Layout" and III.A.1 of the HDF5 File Format Specification, version 3.0.
 */
final class ChunkedData {
    /** h5py makes chunks of at most 1 MiB, whatever the length of the data is, if this can grow. */
    private static final long SMALL_BYTES = 1 << 20;

    /** An honest chunk is no longer than the data in any direction: five of them may stand over by nearly twice. */
    private static final long MOST_PADDING = 32;

    private final ChunkedDataset dataset;
    private final int[] lengths;
    private final int[] chunk;
    private final int elementBytes;

    private ChunkedData(ChunkedDataset dataset) {
        this.dataset = dataset;
        this.lengths = dataset.getDimensions();
        this.chunk = dataset.getChunkDimensions();
        this.elementBytes = dataset.getDataType().getSize();
    }

    /**
     * Reads all of it.
     *
     * @throws IllegalArgumentException if its chunks are broken, or longer than its data tells
     */
    static ByteBuffer read(ChunkedDataset dataset) {
        return new ChunkedData(dataset).read();
    }

    private ByteBuffer read() {
        if (lengths.length == 0
                || lengths.length != chunk.length
                || Arrays.stream(chunk).anyMatch(n -> n < 1)) {
            throw new IllegalArgumentException("chunks of " + Arrays.toString(chunk) + " (expected: as many lengths as "
                    + Arrays.toString(lengths) + ")");
        }
        byte[] bytes = new byte[Math.toIntExact(bytesOf(lengths))];
        if (bytes.length == 0) {
            return ByteBuffer.wrap(bytes);
        }
        int chunkBytes = requireHonest(bytes.length);
        List<ChunkFilter> filters = dataset.getFilters().stream()
                .map(filter -> ChunkFilter.of(filter.getId(), filter.getName()))
                .toList();
        int[] start = new int[lengths.length];
        do {
            ByteBuffer raw = dataset.getRawChunkBuffer(start);
            byte[] stored = new byte[raw.remaining()];
            raw.get(stored);
            copy(ChunkFilter.undoneAll(filters, stored, chunkBytes, elementBytes), start, bytes);
        } while (next(start, lengths, chunk));
        return ByteBuffer.wrap(bytes);
    }

    private long bytesOf(int[] shape) {
        return Arrays.stream(shape).asLongStream().reduce(elementBytes, Math::multiplyExact);
    }

    /** Few numbers in a chunk that is said to be long could make anything of nothing. */
    private int requireHonest(long dataBytes) {
        int[] padded = new int[lengths.length];
        for (int i = 0; i < padded.length; i++) {
            padded[i] = Math.multiplyExact((lengths[i] - 1) / chunk[i] + 1, chunk[i]);
        }
        long allowed = Math.max(SMALL_BYTES, MOST_PADDING * dataBytes);
        if (bytesOf(padded) > allowed) {
            throw new IllegalArgumentException("chunks of " + bytesOf(chunk) + " bytes, " + bytesOf(padded)
                    + " in all (expected: <= " + allowed + " for " + dataBytes + " bytes of data)");
        }
        return Math.toIntExact(bytesOf(chunk));
    }

    /** Copies row by row what lies inside the data; chunks at its end reach beyond it. */
    private void copy(byte[] from, int[] start, byte[] to) {
        int last = lengths.length - 1;
        int count = Math.min(chunk[last], lengths[last] - start[last]) * elementBytes;
        int[] row = new int[lengths.length];
        int[] rows = new int[lengths.length];
        int[] steps = new int[lengths.length];
        Arrays.fill(steps, 1);
        for (int i = 0; i < last; i++) {
            rows[i] = Math.min(chunk[i], lengths[i] - start[i]);
        }
        rows[last] = 1;
        do {
            int source = 0;
            int target = 0;
            for (int i = 0; i <= last; i++) {
                source = source * chunk[i] + row[i];
                target = target * lengths[i] + start[i] + row[i];
            }
            System.arraycopy(from, source * elementBytes, to, target * elementBytes, count);
        } while (next(row, rows, steps));
    }

    /** Goes to the next place, the last direction first; false behind the end. */
    private static boolean next(int[] place, int[] ends, int[] steps) {
        for (int i = place.length - 1; i >= 0; i--) {
            place[i] += steps[i];
            if (place[i] < ends[i]) {
                return true;
            }
            place[i] = 0;
        }
        return false;
    }
}
