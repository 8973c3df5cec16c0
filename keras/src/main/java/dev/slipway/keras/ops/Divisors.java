package dev.slipway.keras.ops;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;

/**
 * Whole numbers by their common divisors, and remainders with the sign of the dividend.
 *
 * <p>Source: {@code keras.ops.numpy}: {@code gcd}, {@code lcm}, {@code fmod}, {@code ldexp}.
 */
final class Divisors {
    /** Euclid's algorithm takes the most steps for neighbours among Fibonacci's numbers: the 46th is the last of 32 bits. */
    private static final int STEPS = 46;

    private Divisors() {}

    static void addTo(Definitions all) {
        all.from("numpy");
        all.binary("Gcd", Divisors::common);
        all.binary("Lcm", (ops, a, b) -> {
            Value divisor = common(ops, a, b);
            Value isZero = ops.equal(divisor, ops.like(divisor, 0));
            return ops.abs(ops.mul(ops.div(a, ops.where(isZero, ops.like(a, 1), divisor)), b));
        });
        all.binary("Fmod", (ops, a, b) -> {
            Value x = Promotion.number(ops, a);
            Value y = Promotion.number(ops, b);
            return x.type().isFloating() ? ops.mod(x, y) : ops.sub(x, ops.mul(ops.div(x, y), y));
        });
        all.add("Ldexp", Definition.of(Definitions.PAIR, call -> {
            Ops ops = call.ops();
            Value x = call.tensor("x1");
            Value exponent = call.tensor("x2");
            if (!exponent.type().isInteger()) {
                throw call.refused("x2", exponent.type() + "", "whole numbers");
            }
            Value power = ops.pow(ops.constant(DataType.DOUBLE, 2), ops.cast(exponent, DataType.DOUBLE));
            return ops.cast(
                    ops.mul(ops.cast(x, DataType.DOUBLE), power),
                    Promotion.floating(ops, x).type());
        }));
    }

    private static Value common(Ops ops, Value a, Value b) {
        if (!a.type().isInteger()) {
            throw new IllegalArgumentException("x1: " + a.type() + " (expected: whole numbers)");
        }
        Value larger = ops.abs(a);
        Value smaller = ops.abs(b);
        Value zero = ops.like(a, 0);
        for (int i = 0; i < (a.type().byteSize() > DataType.INT32.byteSize() ? 2 : 1) * STEPS; i++) {
            Value isDone = ops.equal(smaller, zero);
            Value rest = ops.mod(larger, ops.where(isDone, ops.like(a, 1), smaller));
            larger = ops.where(isDone, larger, smaller);
            smaller = ops.where(isDone, zero, rest);
        }
        return larger;
    }
}
