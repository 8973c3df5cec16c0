package dev.slipway.keras.ops;

import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A tensor surrounded by its own elements: mirrored without the outermost ({@code reflect}), with it ({@code symmetric}), or
 * the outermost repeated ({@code edge}).
 *
 * <p>Source: the argument {@code mode} of {@code keras.ops.pad}.
 */
final class Mirrored {
    static final List<String> MODES = List.of("reflect", "symmetric", "edge");

    private Mirrored() {}

    static Value pad(Ops ops, Value x, String mode, long[] before, long[] after) {
        Value padded = x;
        for (int axis = 0; axis < before.length; axis++) {
            padded = pad(ops, padded, axis, mode, before[axis], after[axis]);
        }
        return padded;
    }

    private static Value pad(Ops ops, Value x, int axis, String mode, long before, long after) {
        if (before == 0 && after == 0) {
            return x;
        }
        Dimension length = x.shape().dimension(axis);
        if (!length.isKnown() || Math.max(before, after) > longest(mode, length.size())) {
            throw new IllegalArgumentException("pad_width: " + before + " and " + after + " on axis " + axis + " of "
                    + x.shape() + " (expected: a known length, longer than the padding)");
        }
        long[] places = LongStream.range(-before, length.size() + after)
                .map(place -> source(mode, place, length.size()))
                .toArray();
        return ops.gather(x, ops.constant(places), axis);
    }

    private static long longest(String mode, long length) {
        return switch (mode) {
            case "reflect" -> length - 1;
            case "symmetric" -> length;
            default -> Integer.MAX_VALUE;
        };
    }

    /** Where the element comes from that is put at a place. */
    private static long source(String mode, long place, long length) {
        long twice = mode.equals("reflect") ? 0 : 1;
        if (mode.equals("edge")) {
            return Math.max(0, Math.min(length - 1, place));
        }
        return place < 0 ? -place - twice : place >= length ? 2 * length - 2 + twice - place : place;
    }
}
