package dev.slipway.keras.layers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Integers of four bits, two a byte along one axis: the first in the lower half.
 *
 * <p>Source: {@code keras.quantizers.unpack_int4} of Keras 3.15.
 */
final class PackedIntegers {
    private static final double HALF = 16;

    private PackedIntegers() {}

    /** How many bytes some integers take. */
    static long bytes(long integers) {
        return (integers + 1) / 2;
    }

    /**
     * The integers, as floating-point numbers, by arithmetic that every engine has for these and that is exact.
     *
     * @param packed {@code INT8} for integers from -8 to 7, {@code UINT8} for those from 0 to 15
     * @param axis along which they are packed, from 0
     * @param length how many integers there are along it
     */
    static Value unpack(Ops ops, Value packed, int axis, long length, DataType type) {
        boolean isSigned = packed.type() == DataType.INT8;
        Value bytes = ops.cast(packed, type);
        Value half = ops.like(bytes, HALF);
        Value high = ops.floor(ops.div(bytes, half));
        Value low = ops.sub(bytes, ops.mul(high, half));
        if (isSigned) {
            Value isNegative = ops.floor(ops.div(low, ops.like(low, HALF / 2)));
            low = ops.sub(low, ops.mul(isNegative, half));
        }
        Value pairs = ops.concat(List.of(ops.unsqueeze(low, axis + 1), ops.unsqueeze(high, axis + 1)), axis + 1);
        List<Dimension> lengths = new ArrayList<>(packed.shape().dimensions());
        lengths.set(axis, Dimension.of(2 * packed.shape().size(axis)));
        return ops.slice(ops.reshape(pairs, Shape.of(lengths)), axis, 0, length);
    }
}
