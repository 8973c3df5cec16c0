package dev.slipway.graph;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a window sees of a tensor, place by place: the operand of a convolution as matrices.
 *
 * <p>Axis by axis from the last, each element of the window sees a stretch of the tensor, and the stretches are joined at
 * the channels: so a row of three elements is copied once, not once for each row of the window. Those of the first axis
 * are not joined, which would copy everything once more; a product with each is as fast as one with all.
 */
final class Patches {
    private Patches() {}

    /**
     * What a window sees.
     *
     * @param x {@code [batch, …, channels]}
     * @param window how the window moves, with padding in numbers
     * @return for each element along the window's first axis {@code [batch, places…, elements behind · channels]}, the
     *     elements in row-major order
     */
    static List<Value> of(Ops ops, Value x, Window window) {
        Value seen = padded(ops, x, window);
        for (int axis = window.rank() - 1; axis > 0; axis--) {
            List<Value> parts = elements(ops, seen, window, axis);
            seen = parts.size() == 1 ? parts.get(0) : ops.concat(parts, -1);
        }
        return elements(ops, seen, window, 0);
    }

    /** What each element of the window sees, in row-major order, each {@code [batch, places…, channels]}. */
    static List<Value> each(Ops ops, Value x, Window window) {
        List<Value> seen = List.of(padded(ops, x, window));
        for (int i = 0; i < window.rank(); i++) {
            int axis = i;
            seen = seen.stream()
                    .flatMap(part -> elements(ops, part, window, axis).stream())
                    .toList();
        }
        return seen;
    }

    /** What each element of the window along one axis sees, that axis being no longer than the window has places. */
    static List<Value> elements(Ops ops, Value x, Window window, int axis) {
        return IntStream.range(0, Math.toIntExact(window.lengths().get(axis)))
                .mapToObj(element -> stretch(ops, x, window, axis, element))
                .toList();
    }

    private static Value padded(Ops ops, Value x, Window window) {
        long[] before = new long[window.rank() + 2];
        long[] after = new long[window.rank() + 2];
        Arrays.setAll(
                before, i -> i == 0 || i > window.rank() ? 0 : window.before().get(i - 1));
        Arrays.setAll(
                after, i -> i == 0 || i > window.rank() ? 0 : window.after().get(i - 1));
        return ops.pad(x, before, after);
    }

    /** What one element sees: it stays as far from the end as the window's last element is from it. */
    private static Value stretch(Ops ops, Value x, Window window, int axis, int element) {
        long start = element * window.dilations().get(axis);
        long behind = window.span(axis) - 1 - start;
        long stride = window.strides().get(axis);
        return start == 0 && behind == 0 && stride == 1
                ? x
                : ops.slice(x, axis + 1, start, behind == 0 ? Long.MAX_VALUE : -behind, stride);
    }
}
