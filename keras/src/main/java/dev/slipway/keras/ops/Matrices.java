package dev.slipway.keras.ops;

import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import java.util.function.IntPredicate;

/**
 * Matrices {@code [..., rows, columns]} of known size, taken apart in double precision: what is asked of them is true to the
 * last place of single precision then.
 */
final class Matrices {
    /** Each row is steps of the graph. */
    private static final int MOST_ROWS = 128;

    private Matrices() {}

    /** A matrix or a batch of them, in double precision. */
    static Value matrix(OperationCall call, String name) {
        return checked(call, name, call.ops().cast(call.floating(name), DataType.DOUBLE));
    }

    static Value square(OperationCall call, String name) {
        Value x = matrix(call, name);
        if (rows(x) != columns(x)) {
            throw call.refused(name, x.shape() + "", "square matrices");
        }
        return x;
    }

    static Value checked(OperationCall call, String name, Value x) {
        int rank = x.shape().rank();
        boolean isKnown = rank >= 2 && x.shape().slice(rank - 2, rank).isKnown();
        if (!isKnown || Math.max(rows(x), columns(x)) > MOST_ROWS || Math.min(rows(x), columns(x)) < 1) {
            throw call.refused(
                    name, x.shape() + "", "matrices of a known size, of 1 to " + MOST_ROWS + " rows and columns");
        }
        return x;
    }

    static int rows(Value x) {
        return Math.toIntExact(x.shape().size(-2));
    }

    static int columns(Value x) {
        return Math.toIntExact(x.shape().size(-1));
    }

    static Value row(Ops ops, Value x, int row) {
        return ops.slice(x, x.shape().rank() - 2, row, row + 1L);
    }

    static Value column(Ops ops, Value x, int column) {
        return ops.slice(x, x.shape().rank() - 1, column, column + 1L);
    }

    /** What is below, on or above a diagonal stays; the rest is 0. */
    static Value triangle(Ops ops, Value x, boolean isLower, int diagonal) {
        int columns = columns(x);
        Value isKept = where(ops, Shape.of(rows(x), columns), place -> {
            int beyond = place % columns - place / columns - diagonal;
            return isLower ? beyond <= 0 : beyond >= 0;
        });
        return ops.where(isKept, x, ops.like(x, 0));
    }

    /** Truth values by their places in a row-major order. */
    static Value where(Ops ops, Shape shape, IntPredicate holds) {
        float[] truths = new float[Math.toIntExact(shape.elementCount())];
        for (int i = 0; i < truths.length; i++) {
            truths[i] = holds.test(i) ? 1 : 0;
        }
        return ops.cast(ops.constant(Constant.of(shape, truths)), DataType.BOOL);
    }

    /** Truth values of rows: {@code [rows, 1]}. */
    static Value whereRow(Ops ops, int rows, IntPredicate holds) {
        return where(ops, Shape.of(rows, 1), holds);
    }

    static Value identity(Ops ops, int size) {
        double[] numbers = new double[size * size];
        for (int i = 0; i < size; i++) {
            numbers[i * size + i] = 1;
        }
        return ops.constant(Constant.of(DataType.DOUBLE, Shape.of(size, size), numbers));
    }

    /** The identity as often as there are matrices in a batch. */
    static Value identityFor(Ops ops, Value x, int size) {
        Value zero = ops.mul(column(ops, row(ops, x, 0), 0), ops.like(x, 0));
        return ops.add(identity(ops, size), zero);
    }

    /** {@code [..., size]}. */
    static Value diagonal(Ops ops, Value x) {
        int size = Math.min(rows(x), columns(x));
        int rank = x.shape().rank();
        Value part = ops.slice(ops.slice(x, rank - 2, 0, size), rank - 1, 0, size);
        Value isOn = where(ops, Shape.of(size, size), place -> place % size == place / size);
        return ops.reduceSum(ops.where(isOn, part, ops.like(part, 0)), false, rank - 1);
    }

    /** The sum over rows, kept as one row. */
    static Value overRows(Ops ops, Value x) {
        return ops.reduceSum(x, true, x.shape().rank() - 2);
    }
}
