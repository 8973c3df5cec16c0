package dev.slipway.graph;

/** How many places a slice of a known length keeps: ONNX's Slice, which clamps as Python does. */
final class SliceLength {
    private SliceLength() {}

    static long of(long length, long start, long end, long step) {
        if (step == 0) {
            throw new IllegalArgumentException("Slice: step 0 (expected: any other step)");
        }
        long least = step > 0 ? 0 : -1;
        long most = step > 0 ? length : length - 1;
        long from = clamp(start < 0 ? start + length : start, step > 0 ? 0 : least, most);
        long to = clamp(end < 0 ? Math.max(end, -length - 1) + length : end, least, most);
        long span = step > 0 ? to - from : from - to;
        return span <= 0 ? 0 : (span + Math.abs(step) - 1) / Math.abs(step);
    }

    private static long clamp(long value, long least, long most) {
        return Math.max(least, Math.min(most, value));
    }
}
