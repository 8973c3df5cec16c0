package dev.slipway.keras.ops;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.DTypes;

/** Functions of one tensor, elementwise. */
final class Functions {
    private Functions() {}

    static void addTo(Definitions all) {
        all.from("numpy");
        all.floating("Exp", Ops::exp);
        all.floating("Expm1", Functions::expMinusOne);
        all.floating("Log", Ops::log);
        all.floating("Log1p", Functions::logOnePlus);
        all.floating("Log2", (ops, x) -> times(ops, ops.log(x), 1 / Math.log(2)));
        all.floating("Log10", (ops, x) -> times(ops, ops.log(x), 1 / Math.log(10)));
        all.floating("Sqrt", Ops::sqrt);
        all.floating("Reciprocal", Ops::reciprocal);
        all.floating("Sin", Ops::sin);
        all.floating("Cos", Ops::cos);
        all.floating("Tan", (ops, x) -> ops.div(ops.sin(x), ops.cos(x)));
        all.floating("Tanh", Ops::tanh);
        all.floating("Sinh", (ops, x) -> times(ops, ops.sub(ops.exp(x), ops.exp(ops.neg(x))), 0.5));
        all.floating("Cosh", (ops, x) -> times(ops, ops.add(ops.exp(x), ops.exp(ops.neg(x))), 0.5));
        all.floating("Arctanh", Functions::inverseTanh);
        all.binary("Logaddexp", Functions::logAddExp);
        all.unary("Copy", (ops, x) -> x);
        all.unary("Trunc", Functions::towardsZero);
        all.floating("Floor", Ops::floor);
        all.floating("Ceil", Ops::ceil);
        all.configured("Round", Functions::round);
        all.configured("Clip", Functions::clip);
        all.unary("ZerosLike", (ops, x) -> ops.expandLike(ops.like(x, 0), x));
        all.unary("OnesLike", (ops, x) -> ops.expandLike(ops.like(x, 1), x));
        all.from("math");
        all.floating("Rsqrt", (ops, x) -> ops.reciprocal(ops.sqrt(x)));
        all.floating("Erf", Ops::erf);
        all.from("core");
        all.configured("Cast", Functions::cast);
    }

    private static Value times(Ops ops, Value x, double factor) {
        return ops.mul(x, ops.like(x, factor));
    }

    /** {@code e^x - 1}, without the loss of digits near 0. */
    private static Value expMinusOne(Ops ops, Value x) {
        return ops.mul(ops.tanh(times(ops, x, 0.5)), ops.add(ops.exp(x), ops.like(x, 1)));
    }

    /**
     * {@code ln(1 + x)}, without the loss of digits near 0: what rounding takes from {@code 1 + x} is given back as a
     * factor.
     *
     * <p>Source: W. Kahan, as in D. Goldberg, "What Every Computer Scientist Should Know About Floating-Point Arithmetic",
     * 1991, theorem 4.
     */
    private static Value logOnePlus(Ops ops, Value x) {
        Value one = ops.like(x, 1);
        Value sum = ops.add(x, one);
        Value kept = ops.sub(sum, one);
        Value isTiny = ops.equal(kept, ops.like(x, 0));
        Value isInfinite = ops.equal(sum, ops.like(x, Double.POSITIVE_INFINITY));
        Value log = ops.log(sum);
        Value corrected = ops.div(ops.mul(log, x), ops.where(isTiny, one, kept));
        return ops.where(isTiny, x, ops.where(isInfinite, log, corrected));
    }

    private static Value inverseTanh(Ops ops, Value x) {
        return times(ops, ops.sub(logOnePlus(ops, x), logOnePlus(ops, ops.neg(x))), 0.5);
    }

    /** {@code ln(e^a + e^b)}, the larger taken out so that nothing overflows. */
    private static Value logAddExp(Ops ops, Value a, Value b) {
        Value x = Promotion.floating(ops, a);
        Value y = Promotion.floating(ops, b);
        return ops.add(ops.max(x, y), logOnePlus(ops, ops.exp(ops.neg(ops.abs(ops.sub(x, y))))));
    }

    private static Value towardsZero(Ops ops, Value x) {
        if (!x.type().isFloating()) {
            return x;
        }
        return ops.where(ops.less(x, ops.like(x, 0)), ops.ceil(x), ops.floor(x));
    }

    private static Definitions.Unary round(Config config) {
        int decimals = config.integer("decimals", 0);
        if (decimals != 0) {
            throw config.refused("decimals", decimals + "", "0, as Slipway does not support others yet");
        }
        return (ops, x) -> x.type().isFloating() ? ops.round(x) : x;
    }

    private static Definitions.Unary clip(Config config) {
        double low = config.number("x_min", Double.NaN);
        double high = config.number("x_max", Double.NaN);
        if (!(low <= high)) {
            throw config.refused("x_min", low + " to x_max = " + high, "two numbers, the lower first");
        }
        return (ops, x) -> ops.clip(Promotion.number(ops, x), low, high);
    }

    private static Definitions.Unary cast(Config config) {
        String name = config.text("dtype", "");
        DataType type =
                DTypes.named(name).orElseThrow(() -> config.refused("dtype", name, "a type that Slipway supports"));
        return (ops, x) -> ops.cast(x, type);
    }
}
