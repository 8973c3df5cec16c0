package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;

/**
 * Numbers of 8 bits: 4 of exponent, 3 of fraction, as {@code float8_e4m3fn}: up to 448, and multiples of 2^-9 at least.
 *
 * <p>Rounded by arithmetic, as not every engine has the type.
 */
final class Float8 {
    private static final double LARGEST = 448;

    private static final double LEAST_NORMAL = 0x1p-6;

    /** The fraction's length, as a factor. */
    private static final double STEPS = 8;

    private Float8() {}

    /**
     * The nearest numbers that are 8-bit ones times a scale.
     *
     * @param scale one number of the same type
     */
    static Value rounded(Ops ops, Value x, Value scale) {
        Value scaled = ops.clip(ops.div(x, scale), -LARGEST, LARGEST);
        Value step = ops.div(powerBelow(ops, ops.abs(scaled)), ops.like(x, STEPS));
        return ops.mul(ops.mul(ops.round(ops.div(scaled, step)), step), scale);
    }

    /** The largest power of two that is not above a number: by its logarithm, which may be off by one at powers of two. */
    private static Value powerBelow(Ops ops, Value size) {
        Value normal = ops.max(size, ops.like(size, LEAST_NORMAL));
        Value two = ops.like(size, 2);
        Value half = ops.like(size, 0.5);
        Value exponent = ops.floor(ops.mul(ops.log(normal), ops.like(size, 1 / Math.log(2))));
        Value power = ops.pow(two, exponent);
        power = ops.where(ops.greater(power, normal), ops.mul(power, half), power);
        Value next = ops.mul(power, two);
        return ops.where(ops.lessOrEqual(next, normal), next, power);
    }
}
