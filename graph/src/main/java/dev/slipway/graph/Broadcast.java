package dev.slipway.graph;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** numpy's rule for operands of different shapes: align the last axes, stretch lengths of 1. */
final class Broadcast {
    private Broadcast() {}

    /** The common shape of two operands; refuses shapes that have none. */
    static Shape of(String operator, Shape a, Shape b) {
        Deque<Dimension> result = new ArrayDeque<>();
        for (int back = 1; back <= Math.max(a.rank(), b.rank()); back++) {
            Dimension p = back <= a.rank() ? a.dimension(-back) : Dimension.of(1);
            Dimension q = back <= b.rank() ? b.dimension(-back) : Dimension.of(1);
            if (p.isKnown() && q.isKnown() && !p.equals(q) && !p.is(1) && !q.is(1)) {
                throw new IllegalArgumentException(operator + ": " + a + " and " + b
                        + " (expected: equal lengths, or 1, in every place from the last)");
            }
            result.addFirst(common(p, q));
        }
        return Shape.of(List.copyOf(result));
    }

    /** A known length other than 1 wins: where the other is a symbol, it must turn out to be that length or 1. */
    private static Dimension common(Dimension p, Dimension q) {
        if (p.is(1)) {
            return q;
        }
        return !p.isKnown() && q.isKnown() && !q.is(1) ? q : p;
    }
}
