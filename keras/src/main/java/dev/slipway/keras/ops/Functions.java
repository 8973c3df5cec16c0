package dev.slipway.keras.ops;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.DTypes;
import java.util.List;
import java.util.Optional;

/** Functions of one tensor, elementwise. */
final class Functions {
    private Functions() {}

    static void addTo(Definitions all) {
        all.from("numpy");
        all.floating("Exp", Ops::exp);
        all.floating("Exp2", (ops, x) -> ops.exp(times(ops, x, Math.log(2))));
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
        for (String same : new String[] {"Conj", "Conjugate", "Copy", "Real"}) {
            all.unary(same, (ops, x) -> x);
        }
        all.unary("Trunc", Functions::towardsZero);
        all.floating("Floor", Ops::floor);
        all.floating("Ceil", Ops::ceil);
        all.configured("Round", Functions::round);
        all.configured("Clip", Functions::clip);
        all.configured("NanToNum", Functions::finite);
        all.configured("ZerosLike", config -> everywhere(config, 0));
        all.configured("EmptyLike", config -> everywhere(config, 0));
        all.configured("OnesLike", config -> everywhere(config, 1));
        all.configured("Array", config -> config.find("dtype").isEmpty() ? (ops, x) -> x : cast(config));
        all.unary("Size", (ops, x) -> ops.cast(ops.size(x), DataType.INT32));
        all.unary("Ndim", (ops, x) -> ops.constant(DataType.INT32, x.shape().rank()));
        all.add("FullLike", Definition.configured(List.of("x", "fill_value"), Functions::full));
        all.from("math");
        all.floating("Rsqrt", (ops, x) -> ops.reciprocal(ops.sqrt(x)));
        all.floating("Erf", Ops::erf);
        all.from("core");
        all.configured("Cast", Functions::cast);
        all.configured("ConvertToTensor", config -> {
            config.ignore("sparse", "ragged");
            return config.find("dtype").isEmpty() ? (ops, x) -> x : cast(config);
        });
        all.configured("SaturateCast", Functions::saturated);
        all.add("StopGradient", Definition.of(List.of("variable"), Functions::constant));
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
    static Value logOnePlus(Ops ops, Value x) {
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

    /** {@code ln(e^a + e^b)}, the larger taken out so that nothing overflows; infinities have no distance, and add up. */
    static Value logAddExp(Ops ops, Value a, Value b) {
        Value x = Promotion.floating(ops, a);
        Value y = Promotion.floating(ops, b);
        Value distance = ops.sub(x, y);
        Value sum = ops.add(ops.max(x, y), logOnePlus(ops, ops.exp(ops.neg(ops.abs(distance)))));
        return ops.where(ops.isNaN(distance), ops.add(x, y), sum);
    }

    private static Value towardsZero(Ops ops, Value x) {
        if (!x.type().isFloating()) {
            return x;
        }
        return ops.where(ops.less(x, ops.like(x, 0)), ops.ceil(x), ops.floor(x));
    }

    private static Definitions.Unary round(Config config) {
        int decimals = config.integer("decimals", 0);
        if (Math.abs(decimals) > 30) {
            throw config.refused("decimals", decimals + "", "-30 to 30");
        }
        double scale = Math.pow(10, Math.abs(decimals));
        return (ops, x) -> {
            if (!x.type().isFloating() || decimals == 0) {
                return x.type().isFloating() ? ops.round(x) : whole(config, x, decimals);
            }
            Value unit = ops.like(x, scale);
            return decimals > 0
                    ? ops.div(ops.round(ops.mul(x, unit)), unit)
                    : ops.mul(ops.round(ops.div(x, unit)), unit);
        };
    }

    private static Value whole(Config config, Value x, int decimals) {
        if (decimals < 0) {
            throw config.refused("decimals", decimals + " of " + x.type(), "0 or more for integers");
        }
        return x;
    }

    private static Definitions.Unary clip(Config config) {
        double low = config.number("x_min", Double.NaN);
        double high = config.number("x_max", Double.NaN);
        if (!(low <= high)) {
            throw config.refused("x_min", low + " to x_max = " + high, "two numbers, the lower first");
        }
        return (ops, x) -> ops.clip(Promotion.number(ops, x), low, high);
    }

    /** Without what is not a number; infinities become the largest numbers unless the configuration gives others. */
    private static Definitions.Unary finite(Config config) {
        double nan = config.number("nan", 0);
        double highest = config.number("posinf", Double.NaN);
        double lowest = config.number("neginf", Double.NaN);
        return (ops, x) -> {
            if (!x.type().isFloating()) {
                return x;
            }
            double largest = Limits.of(x.type())[1];
            double above = Double.isNaN(highest) ? largest : highest;
            double below = Double.isNaN(lowest) ? -largest : lowest;
            Value number = ops.where(ops.isNaN(x), ops.like(x, nan), x);
            Value bounded = ops.where(ops.greater(number, ops.like(x, largest)), ops.like(x, above), number);
            return ops.where(ops.less(bounded, ops.like(x, -largest)), ops.like(x, below), bounded);
        };
    }

    /** A number in the shape of a tensor, and in its type or another one. */
    private static Definitions.Unary everywhere(Config config, double number) {
        Optional<DataType> type = givenType(config);
        return (ops, x) -> ops.expandLike(ops.constant(type.orElse(x.type()), number), x);
    }

    private static Optional<DataType> givenType(Config config) {
        return config.find("dtype").isEmpty() ? Optional.empty() : Optional.of(type(config));
    }

    private static Definition.Function full(Config config) {
        Optional<DataType> type = givenType(config);
        return call -> {
            Value x = call.tensor("x");
            Value fill = call.ops().cast(call.tensor("fill_value"), type.orElse(x.type()));
            return call.ops().expandLike(fill, x);
        };
    }

    /** The tensor as it is; what made it is not trained by it. */
    private static Value constant(OperationCall call) {
        Value x = call.tensor("variable");
        return call.isTraining() && x.type().isFloating() ? call.ops().stopGradient(x) : x;
    }

    private static DataType type(Config config) {
        String name = config.text("dtype", "");
        return DTypes.named(name).orElseThrow(() -> config.refused("dtype", name, "a type that Slipway supports"));
    }

    private static Definitions.Unary cast(Config config) {
        DataType type = type(config);
        return (ops, x) -> ops.cast(x, type);
    }

    /** What is beyond a type becomes the nearest that it holds. */
    private static Definitions.Unary saturated(Config config) {
        DataType type = type(config);
        double[] limits = Limits.of(type);
        return (ops, x) -> {
            if (x.type() == DataType.BOOL || type == DataType.BOOL) {
                return ops.cast(x, type);
            }
            return ops.cast(ops.clip(ops.cast(x, DataType.DOUBLE), limits[0], limits[1]), type);
        };
    }
}
