package dev.slipway.keras.losses;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;

/** Vectors divided by their lengths. Source: {@code keras.ops.normalize} of order 2. */
public final class UnitVectors {
    /** Shorter vectors are divided by this. */
    private static final double SHORTEST = 1e-7;

    private UnitVectors() {}

    /**
     * Appends the cosine of the angle between vectors.
     *
     * @param ops the operators
     * @param a the one
     * @param b the other, of the same shape
     * @param axis the axis along which the vectors lie
     * @return the cosines, without that axis; 0 for a vector of zeros
     */
    public static Value cosine(Ops ops, Value a, Value b, int axis) {
        return ops.reduceSum(ops.mul(unit(ops, a, axis), unit(ops, b, axis)), false, axis);
    }

    /** The bound holds before the root, whose slope at 0 is infinite. */
    private static Value unit(Ops ops, Value x, int axis) {
        Value square = ops.reduceSum(ops.mul(x, x), true, axis);
        return ops.div(x, ops.sqrt(ops.max(square, ops.like(square, SHORTEST * SHORTEST))));
    }
}
