package dev.slipway.graph;

import java.util.stream.LongStream;

/** Which places a slice of a known length keeps, by Python's rule. */
final class SliceLength {
    private SliceLength() {}

    static void requireStep(long step) {
        if (step == 0) {
            throw new IllegalArgumentException("Slice: step 0 (expected: any other step)");
        }
    }

    /** How many places are kept. */
    static long of(long length, long start, long end, long step) {
        requireStep(step);
        long least = step > 0 ? 0 : -1;
        long most = step > 0 ? length : length - 1;
        long from = first(length, start, step);
        long to = clamp(end < 0 ? Math.max(end, -length - 1) + length : end, least, most);
        long span = step > 0 ? to - from : from - to;
        return span <= 0 ? 0 : Math.abs((span - 1) / step) + 1;
    }

    /** The places kept, in the order of the result. */
    static long[] places(long length, long start, long end, long step) {
        long first = first(length, start, step);
        return LongStream.range(0, of(length, start, end, step))
                .map(i -> first + i * step)
                .toArray();
    }

    private static long first(long length, long start, long step) {
        long from = start < 0 ? Math.max(start, -length - 1) + length : start;
        return clamp(from, step > 0 ? 0 : -1, step > 0 ? length : length - 1);
    }

    private static long clamp(long value, long least, long most) {
        return Math.max(least, Math.min(most, value));
    }
}
