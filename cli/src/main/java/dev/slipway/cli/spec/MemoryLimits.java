package dev.slipway.cli.spec;

import dev.slipway.keras.data.RowBuffer;
import dev.slipway.keras.data.RowSource;
import dev.slipway.runtime.Tensor;

/**
 * How many bytes of data may be in memory: as many in every heap of a gigabyte or more, so that an order that is drawn is the
 * same on every machine; in a smaller one, what leaves room for the rest.
 *
 * @param whole the most that data may have to be in memory as a whole
 * @param buffer the most of what is kept to draw the next row from
 */
record MemoryLimits(long whole, long buffer) {
    private static final long WHOLE = 1 << 28;
    private static final long BUFFER = 1 << 26;

    static MemoryLimits now() {
        return ofHeap(Runtime.getRuntime().maxMemory());
    }

    static MemoryLimits ofHeap(long bytes) {
        return new MemoryLimits(Math.min(WHOLE, bytes / 4), Math.min(BUFFER, bytes / 8));
    }

    /** Whether as many rows may be in memory as a whole, however small the file is that they are packed in. */
    boolean hold(long count, RowSource rows) {
        return count <= whole / rowBytes(rows);
    }

    /** How many rows to draw the next one from. */
    int bufferRows(RowSource rows) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, buffer / rowBytes(rows)));
    }

    private static long rowBytes(RowSource rows) {
        return Math.max(
                1,
                RowBuffer.of(rows.spec(), 1).tensors().stream()
                        .mapToLong(Tensor::rowBytes)
                        .sum());
    }
}
