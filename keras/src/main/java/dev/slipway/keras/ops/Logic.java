package dev.slipway.keras.ops;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/** Comparisons, logic, and choices by truth values. */
final class Logic {
    private static final List<String> CLOSE = List.of("x1", "x2", "rtol", "atol", "equal_nan");

    private Logic() {}

    static void addTo(Definitions all) {
        all.from("numpy");
        all.binary("Equal", Ops::equal);
        all.binary("NotEqual", (ops, a, b) -> ops.not(ops.equal(a, b)));
        all.binary("Greater", numbers(Ops::greater));
        all.binary("GreaterEqual", numbers(Ops::greaterOrEqual));
        all.binary("Less", numbers(Ops::less));
        all.binary("LessEqual", numbers(Ops::lessOrEqual));
        all.binary("LogicalAnd", truths(Ops::and));
        all.binary("LogicalOr", truths(Ops::or));
        all.binary("LogicalXor", truths(Ops::xor));
        all.unary("LogicalNot", (ops, x) -> ops.not(ops.cast(x, DataType.BOOL)));
        all.add("Isclose", Definition.configured(CLOSE, Logic::isClose));
        all.add("AllClose", Definition.configured(Definitions.PAIR, config -> {
            Definition.Function isClose = isClose(config);
            return call -> {
                Value bits = call.ops().cast(isClose.call(call), DataType.INT32);
                return call.ops().cast(call.ops().reduceMin(bits, false, Axes.all(bits.shape())), DataType.BOOL);
            };
        }));
        all.floating("Isnan", Ops::isNaN);
        all.floating("Isinf", Logic::isInfinite);
        all.floating("Isfinite", (ops, x) -> ops.not(ops.or(ops.isNaN(x), isInfinite(ops, x))));
        all.add("Where", Definition.of(List.of("condition", "x1", "x2"), Logic::where));
    }

    private static Definitions.Binary numbers(Definitions.Binary operation) {
        return (ops, a, b) -> operation.apply(ops, Promotion.number(ops, a), Promotion.number(ops, b));
    }

    private static Definitions.Binary truths(Definitions.Binary operation) {
        return (ops, a, b) -> operation.apply(ops, ops.cast(a, DataType.BOOL), ops.cast(b, DataType.BOOL));
    }

    private static Value isInfinite(Ops ops, Value x) {
        return ops.equal(ops.abs(x), ops.like(x, Double.POSITIVE_INFINITY));
    }

    /** {@code |a - b| <= atol + rtol · |b|}. */
    private static Definition.Function isClose(Config config) {
        double relative = config.number("rtol", 1e-5);
        double absolute = config.number("atol", 1e-8);
        boolean nansAreEqual = config.truth("equal_nan", false);
        return call -> {
            Ops ops = call.ops();
            List<Value> pair = call.pair("x1", "x2");
            Value a = Promotion.floating(ops, pair.get(0));
            Value b = Promotion.floating(ops, pair.get(1));
            Value share = ops.like(b, call.number("rtol", relative));
            Value allowed = ops.add(ops.mul(ops.abs(b), share), ops.like(b, call.number("atol", absolute)));
            // An infinity is close to itself only; between two of them lies no number.
            Value isNear = ops.and(ops.not(isInfinite(ops, b)), ops.lessOrEqual(ops.abs(ops.sub(a, b)), allowed));
            Value isClose = ops.or(ops.equal(a, b), isNear);
            return call.number("equal_nan", nansAreEqual ? 1 : 0) == 1
                    ? ops.or(isClose, ops.and(ops.isNaN(a), ops.isNaN(b)))
                    : isClose;
        };
    }

    private static Value where(OperationCall call) {
        List<Value> pair = call.pair("x1", "x2");
        Value condition = call.ops().cast(call.tensor("condition"), DataType.BOOL);
        return call.ops().where(condition, pair.get(0), pair.get(1));
    }
}
