package dev.slipway.graph;

import java.util.ArrayList;
import java.util.List;

/** The shape of a matrix product: {@code numpy.matmul}'s rule, which ONNX's MatMul refers to. */
final class MatMulShape {
    private MatMulShape() {}

    static Shape of(Shape a, Shape b) {
        if (a.rank() == 0 || b.rank() == 0) {
            throw refused(a, b, "operands of rank 1 or more");
        }
        Dimension inner = a.dimension(-1);
        Dimension outer = b.dimension(b.rank() == 1 ? 0 : -2);
        if (inner.isKnown() && outer.isKnown() && !inner.equals(outer)) {
            throw refused(a, b, "the last axis of the left as long as the last but one of the right");
        }
        Shape leading =
                Broadcast.of("MatMul", a.slice(0, Math.max(0, a.rank() - 2)), b.slice(0, Math.max(0, b.rank() - 2)));
        List<Dimension> result = new ArrayList<>(leading.dimensions());
        if (a.rank() > 1) {
            result.add(a.dimension(-2));
        }
        if (b.rank() > 1) {
            result.add(b.dimension(-1));
        }
        return Shape.of(result);
    }

    private static IllegalArgumentException refused(Shape a, Shape b, String expected) {
        return new IllegalArgumentException("MatMul: " + a + " and " + b + " (expected: " + expected + ")");
    }
}
