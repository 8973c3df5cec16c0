package dev.slipway.keras.ops;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import java.util.List;

/**
 * Whole numbers as rows of bits, and the bit that tells a number's sign.
 *
 * <p>Source: {@code keras.ops.numpy}.
 */
final class Bits {
    private static final List<String> X_Y = List.of("x", "y");

    private Bits() {}

    static void addTo(Definitions all) {
        all.from("numpy");
        both(all, "BitwiseAnd", (ops, a, b) -> a.type() == DataType.BOOL ? ops.and(a, b) : ops.bitwiseAnd(a, b));
        both(all, "BitwiseOr", Bits::or);
        both(all, "BitwiseXor", (ops, a, b) -> a.type() == DataType.BOOL ? ops.xor(a, b) : ops.bitwiseXor(a, b));
        for (String name : List.of("BitwiseNot", "BitwiseInvert")) {
            all.unary(name, Bits::not);
        }
        for (String name : List.of("LeftShift", "BitwiseLeftShift")) {
            both(all, name, (ops, a, b) -> ops.mul(a, power(ops, b)));
        }
        for (String name : List.of("RightShift", "BitwiseRightShift")) {
            both(all, name, Bits::right);
        }
        all.unary("Signbit", Bits::sign);
    }

    private static void both(Definitions all, String className, Definitions.Binary operation) {
        all.add(className, Definition.of(X_Y, call -> {
            List<Value> pair = call.pair("x", "y");
            if (pair.get(0).type().isFloating()) {
                throw call.refused("x", pair.get(0).type() + "", "whole numbers or truth values");
            }
            return operation.apply(call.ops(), pair.get(0), pair.get(1));
        }));
    }

    private static Value or(Ops ops, Value a, Value b) {
        return a.type() == DataType.BOOL ? ops.or(a, b) : ops.bitwiseXor(ops.bitwiseXor(a, b), ops.bitwiseAnd(a, b));
    }

    private static Value not(Ops ops, Value x) {
        if (x.type().isFloating()) {
            throw new IllegalArgumentException("x: " + x.type() + " (expected: whole numbers or truth values)");
        }
        return x.type() == DataType.BOOL ? ops.not(x) : ops.bitwiseXor(x, ops.like(x, -1));
    }

    private static Value power(Ops ops, Value bits) {
        Value exact = ops.pow(ops.constant(DataType.DOUBLE, 2), ops.cast(bits, DataType.DOUBLE));
        return ops.cast(exact, bits.type());
    }

    /** Towards minus infinity, while a division of whole numbers goes towards 0. */
    private static Value right(Ops ops, Value x, Value bits) {
        Value divisor = power(ops, bits);
        return ops.div(ops.sub(x, ops.mod(x, divisor)), divisor);
    }

    /** Minus zero has the bit, too. */
    private static Value sign(Ops ops, Value x) {
        Value number = Promotion.floating(ops, x);
        Value zero = ops.like(number, 0);
        Value isMinusZero = ops.and(ops.equal(number, zero), ops.less(ops.reciprocal(number), zero));
        return ops.or(ops.less(number, zero), isMinusZero);
    }
}
