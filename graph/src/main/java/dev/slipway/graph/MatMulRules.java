package dev.slipway.graph;

import java.util.Map;

/**
 * The gradients of the matrix products: for {@code c = a b} they are {@code g b'} and {@code a' g}, summed over leading
 * axes along which an operand was broadcast.
 */
final class MatMulRules {
    private MatMulRules() {}

    static Map<String, GradientRule> rules() {
        GradientRule matMul = MatMulRules::matMul;
        GradientRule gemm = MatMulRules::gemm;
        return Map.of("MatMul", matMul.whole(), "Gemm", gemm.whole());
    }

    private static void matMul(Backward n, Value g) {
        Value a = n.in(0);
        Value b = n.in(1);
        Ops ops = n.ops();
        if (b.shape().rank() == 2 && a.shape().rank() == 2) {
            n.give(0, () -> ops.gemm(g, false, b, true));
            n.give(1, () -> ops.gemm(a, true, g, false));
        } else if (b.shape().rank() == 2 && a.shape().rank() > 2) {
            n.give(0, () -> ops.matMul(g, ops.transposeLast(b)));
            n.give(1, () -> ops.gemm(ops.flat(a), true, ops.flat(g), false));
        } else {
            broadcast(n, g);
        }
    }

    /** Any ranks: a vector takes part as a matrix with one row (left) or one column (right). */
    private static void broadcast(Backward n, Value g) {
        Ops ops = n.ops();
        boolean isRow = n.in(0).shape().rank() == 1;
        boolean isColumn = n.in(1).shape().rank() == 1;
        Value a = isRow ? ops.unsqueeze(n.in(0), 0) : n.in(0);
        Value b = isColumn ? ops.unsqueeze(n.in(1), 1) : n.in(1);
        Value withColumn = isColumn ? ops.unsqueeze(g, -1) : g;
        Value c = isRow ? ops.unsqueeze(withColumn, -2) : withColumn;
        n.give(0, () -> {
            Value product = ops.matMul(c, ops.transposeLast(b));
            Value summed = n.sumTo(product, a.shape(), product);
            return isRow ? ops.squeeze(summed, 0) : summed;
        });
        n.give(1, () -> {
            Value product = ops.matMul(ops.transposeLast(a), c);
            Value summed = n.sumTo(product, b.shape(), product);
            return isColumn ? ops.squeeze(summed, 1) : summed;
        });
    }

    private static void gemm(Backward n, Value g) {
        boolean transA = n.node().intAttribute("transA", 0) == 1;
        boolean transB = n.node().intAttribute("transB", 0) == 1;
        Value a = n.in(0);
        Value b = n.in(1);
        Ops ops = n.ops();
        n.give(0, () -> transA ? ops.gemm(b, transB, g, true) : ops.gemm(g, false, b, !transB));
        n.give(1, () -> transB ? ops.gemm(g, true, a, transA) : ops.gemm(a, !transA, g, false));
    }
}
