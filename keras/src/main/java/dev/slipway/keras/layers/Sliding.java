package dev.slipway.keras.layers;

import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
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
            known &= strides.get(i) == 1 || shape.dimension(i + 2).isKnown();
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
        long span = (lengths.get(axis) - 1) * dilations.get(axis) + 1;
        if (padding == Padding.VALID) {
            return 0;
        }
        if (padding == Padding.CAUSAL || strides.get(axis) == 1) {
            return span - 1;
        }
        long places = (length.size() + strides.get(axis) - 1) / strides.get(axis);
        return Math.max(0, (places - 1) * strides.get(axis) + span - length.size());
    }
}
