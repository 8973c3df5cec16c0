package dev.slipway.keras.ops;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;

/**
 * Parts, angles and lengths of numbers, and steps between them.
 *
 * <p>Source: {@code keras.ops.numpy}; no tensor has an imaginary part.
 */
final class Signs {
    private Signs() {}

    static void addTo(Definitions all) {
        all.from("numpy");
        all.unary("Imag", (ops, x) -> ops.expandLike(ops.like(x, 0), x));
        all.unary("Isreal", (ops, x) -> ops.cast(ops.expandLike(ops.like(x, 1), x), DataType.BOOL));
        all.floating("Angle", (ops, x) -> orMissing(ops, x, either(ops, x, Math.PI, 0)));
        all.wide("Cbrt", (ops, x) -> ops.mul(ops.sign(x), ops.pow(ops.abs(x), ops.like(x, 1.0 / 3))));
        all.wide("Deg2rad", (ops, x) -> scaled(ops, x, Math.PI / 180));
        all.wide("Rad2deg", (ops, x) -> scaled(ops, x, 180 / Math.PI));
        all.floating("Isposinf", (ops, x) -> ops.equal(x, ops.like(x, Double.POSITIVE_INFINITY)));
        all.floating("Isneginf", (ops, x) -> ops.equal(x, ops.like(x, Double.NEGATIVE_INFINITY)));
        all.binary("Heaviside", (ops, a, b) -> step(ops, Promotion.wide(ops, a), Promotion.wide(ops, b)));
        all.binary("Hypot", (ops, a, b) -> hypotenuse(ops, Promotion.wide(ops, a), Promotion.wide(ops, b)));
        both(
                all,
                "Logaddexp2",
                (ops, a, b) -> scaled(
                        ops,
                        Functions.logAddExp(ops, scaled(ops, a, Math.log(2)), scaled(ops, b, Math.log(2))),
                        1 / Math.log(2)));
    }

    private static void both(Definitions all, String className, Definitions.Binary operation) {
        all.binary(
                className, (ops, a, b) -> operation.apply(ops, Promotion.floating(ops, a), Promotion.floating(ops, b)));
    }

    private static Value scaled(Ops ops, Value x, double factor) {
        return ops.mul(x, ops.like(x, factor));
    }

    /** One number below zero, another elsewhere. */
    private static Value either(Ops ops, Value x, double below, double elsewhere) {
        return ops.where(ops.less(x, ops.like(x, 0)), ops.like(x, below), ops.like(x, elsewhere));
    }

    private static Value orMissing(Ops ops, Value x, Value result) {
        return ops.where(ops.isNaN(x), x, result);
    }

    /** 0 below zero, 1 above it, and what is said for zero. */
    private static Value step(Ops ops, Value x, Value atZero) {
        Value isZero = ops.equal(x, ops.like(x, 0));
        return orMissing(ops, x, ops.where(isZero, atZero, either(ops, x, 0, 1)));
    }

    /** {@code sqrt(a² + b²)}, of the greater one taken out so that no square overflows. */
    private static Value hypotenuse(Ops ops, Value a, Value b) {
        Value most = ops.max(ops.abs(a), ops.abs(b));
        Value least = ops.min(ops.abs(a), ops.abs(b));
        Value isPlain =
                ops.and(ops.greater(most, ops.like(most, 0)), ops.less(most, ops.like(most, Double.POSITIVE_INFINITY)));
        Value part = ops.div(ops.where(isPlain, least, ops.like(most, 0)), ops.where(isPlain, most, ops.like(most, 1)));
        return ops.mul(most, ops.sqrt(ops.add(ops.mul(part, part), ops.like(part, 1))));
    }
}
