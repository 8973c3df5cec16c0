package dev.slipway.keras.layers;

import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;

/**
 * Uniform random numbers as graph operators: a hash of (seed, draws, place), so that the same state gives the same numbers
 * on every engine, and no state is hidden in the engine.
 *
 * <p>The hash is the 32-bit finalizer of two rounds of xor-shift and multiply, done in 64-bit integers with factors below
 * 2^31, so that no product overflows.
 *
 * <p>Source of the construction: A. Appleby's MurmurHash3 finalizer; C. Wellons, "Prospecting for Hash Functions".
 */
final class UniformNoise {
    private static final long MASK = 0xffff_ffffL;
    private static final long FACTOR_1 = 0x21f0_aaadL;
    private static final long FACTOR_2 = 0x735a_2d97L;
    private static final long GOLDEN = 0x1e37_79b9L;

    private UniformNoise() {}

    /** Numbers from 0 (inclusive) to 1 (exclusive), of a tensor's shape, for a state {@code [seed, draws]}. */
    static Value like(Ops ops, Value x, Value state) {
        Value seed = ops.reshape(ops.slice(state, 0, 0, 1), Shape.scalar());
        Value draws = ops.reshape(ops.slice(state, 0, 1, 2), Shape.scalar());
        Value key = mix(ops, ops.add(mix(ops, seed), ops.mul(masked(ops, draws), number(ops, GOLDEN))));
        Dimension length = ops.graph().freshSymbol("noise");
        Value places = ops.range(ops.constant(DataType.INT64, 0), ops.size(x), length);
        Value bits = mix(ops, ops.add(key, mix(ops, places)));
        Value uniform = ops.mul(
                ops.cast(ops.div(bits, number(ops, 1 << 8)), DataType.FLOAT), ops.constant(DataType.FLOAT, 0x1p-24));
        return ops.reshape(uniform, ops.shape(x), x.shape());
    }

    /** The state after one draw. */
    static Value next(Ops ops, Value state) {
        return ops.add(state, ops.constant(Constant.of(0, 1)));
    }

    private static Value mix(Ops ops, Value x) {
        Value h = masked(ops, x);
        h = ops.bitwiseXor(h, ops.div(h, number(ops, 1 << 16)));
        h = masked(ops, ops.mul(h, number(ops, FACTOR_1)));
        h = ops.bitwiseXor(h, ops.div(h, number(ops, 1 << 15)));
        h = masked(ops, ops.mul(h, number(ops, FACTOR_2)));
        return ops.bitwiseXor(h, ops.div(h, number(ops, 1 << 15)));
    }

    private static Value masked(Ops ops, Value x) {
        return ops.bitwiseAnd(x, number(ops, MASK));
    }

    private static Value number(Ops ops, long value) {
        return ops.constant(DataType.INT64, (double) value);
    }
}
