package dev.slipway.keras.layers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.graph.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How a window moves over the axes that are neither batch nor channels, in Keras's terms.
 *
 * @param lengths the window's length along each axis
 * @param strides how far it moves
 * @param dilations the distance of its elements
 * @param padding what is around the axes
 */
record Sliding(List<Long> lengths, List<Long> strides, List<Long> dilations, Padding padding) {
    Sliding {
        boolean moves = strides.stream().anyMatch(s -> s > 1);
        boolean isDilated = dilations.stream().anyMatch(d -> d > 1);
        if (moves && isDilated) {
            throw new IllegalArgumentException("strides " + strides + " and dilation_rate " + dilations
                    + " (expected: one of them 1, as Keras requires)");
        }
    }

    static Sliding of(List<Long> lengths, List<Long> strides, Padding padding) {
        return new Sliding(lengths, strides, Collections.nCopies(lengths.size(), 1L), padding);
    }

    int rank() {
        return lengths.size();
    }

    /** This movement over a tensor {@code [batch, channels, …]}. */
    Window over(Shape shape) {
        Window window = Window.of(lengths).withStrides(strides);
        if (padding == Padding.SAME && !isSameInNumbers(shape)) {
            return window.withSamePadding();
        }
        List<Long> totals = totals(shape);
        boolean isHalved = padding == Padding.SAME;
        List<Long> before = totals.stream().map(n -> isHalved ? n / 2 : n).toList();
        List<Long> after = totals.stream().map(n -> isHalved ? n - n / 2 : 0).toList();
        return window.withDilations(dilations).withPadding(before, after);
    }

    /** Whether the padding to the same length is known before the lengths are. */
    boolean isSameInNumbers(Shape shape) {
        boolean known = true;
        for (int i = 0; i < rank(); i++) {
            known &= isPaddedAlike(i) || shape.dimension(i + 2).isKnown();
        }
        return known;
    }

    /** How much padding each axis of {@code [batch, channels, …]} gets, where that {@link #isSameInNumbers}. */
    List<Long> totals(Shape shape) {
        List<Long> totals = new ArrayList<>();
        for (int i = 0; i < rank(); i++) {
            totals.add(total(i, shape.dimension(i + 2)));
        }
        return totals;
    }

    private long total(int axis, Dimension length) {
        long span = span(axis);
        if (padding == Padding.VALID) {
            return 0;
        }
        if (padding == Padding.CAUSAL || isPaddedAlike(axis)) {
            return span - 1;
        }
        long places = (length.size() + strides.get(axis) - 1) / strides.get(axis);
        return Math.max(0, (places - 1) * strides.get(axis) + span - length.size());
    }

    /** Whether padding to the same length is as much for every length. */
    private boolean isPaddedAlike(int axis) {
        return strides.get(axis) == 1 || span(axis) == 1;
    }

    /** How many places a window covers, those between its elements included. */
    long span(int axis) {
        return (lengths.get(axis) - 1) * dilations.get(axis) + 1;
    }

    /**
     * Images {@code [batch, channels, …]} without what no window sees at the end, where only the engine knows how long they
     * are: it would take too much for padding below nothing.
     */
    Value seen(Ops ops, Value images) {
        Value seen = images;
        for (int i = 0; i < rank(); i++) {
            boolean leavesOut = padding == Padding.SAME && span(i) < strides.get(i);
            if (leavesOut && !images.shape().dimension(i + 2).isKnown()) {
                seen = seen(ops, seen, i);
            }
        }
        return seen;
    }

    /** The first {@code min(length, (ceil(length / stride) - 1) · stride + span)} places. */
    private Value seen(Ops ops, Value images, int axis) {
        Value stride = number(ops, strides.get(axis));
        Value length = ops.gather(ops.shape(images), number(ops, axis + 2), 0);
        Value last = ops.mul(ops.div(ops.sub(length, number(ops, 1)), stride), stride);
        Value end = ops.min(length, ops.add(last, number(ops, span(axis))));
        Value places = ops.range(number(ops, 0), end, ops.graph().freshSymbol("seen"));
        return ops.gather(images, places, axis + 2);
    }

    private static Value number(Ops ops, long value) {
        return ops.constant(DataType.INT64, (double) value);
    }
}
