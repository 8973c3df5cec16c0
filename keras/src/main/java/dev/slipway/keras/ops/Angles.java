package dev.slipway.keras.ops;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;

/**
 * The inverses of the functions of angles and of their hyperbolic kin, by arctan and logarithms.
 *
 * <p>Source: {@code keras.ops}, module {@code numpy}.
 */
final class Angles {
    private Angles() {}

    static void addTo(Definitions all) {
        all.from("numpy");
        all.floating("Arctan", Ops::atan);
        all.binary("Arctan2", (ops, y, x) -> ops.atan2(Promotion.floating(ops, y), Promotion.floating(ops, x)));
        all.floating("Arcsin", Angles::inverseSine);
        all.floating("Arccos", (ops, x) -> ops.sub(ops.like(x, Math.PI / 2), inverseSine(ops, x)));
        all.floating("Arcsinh", Angles::inverseHyperbolicSine);
        all.floating("Arccosh", (ops, x) -> {
            // (x - 1)(x + 1) keeps what x² - 1 loses near 1.
            Value one = ops.like(x, 1);
            return ops.log(ops.add(x, ops.sqrt(ops.mul(ops.sub(x, one), ops.add(x, one)))));
        });
    }

    /** {@code 2 · arctan(x / (1 + sqrt(1 - x²)))}, which has no pole. */
    private static Value inverseSine(Ops ops, Value x) {
        Value one = ops.like(x, 1);
        Value other = ops.sqrt(ops.mul(ops.sub(one, x), ops.add(one, x)));
        return ops.mul(ops.atan(ops.div(x, ops.add(one, other))), ops.like(x, 2));
    }

    /** {@code sign(x) · log(1 + |x| + x² / (1 + sqrt(x² + 1)))}, exact near 0 too. */
    private static Value inverseHyperbolicSine(Ops ops, Value x) {
        Value one = ops.like(x, 1);
        Value square = ops.mul(x, x);
        Value root = ops.sqrt(ops.add(square, one));
        Value more = ops.add(ops.abs(x), ops.div(square, ops.add(one, root)));
        return ops.mul(ops.sign(x), Functions.logOnePlus(ops, more));
    }
}
