package dev.slipway.keras.ops;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import java.util.List;

/** Sums, products and their like, elementwise and broadcast. */
final class Arithmetic {
    private Arithmetic() {}

    static void addTo(Definitions all) {
        all.from("numpy");
        all.binary("Add", Ops::add);
        all.binary("Subtract", Ops::sub);
        all.binary("Multiply", Ops::mul);
        all.binary("Divide", Arithmetic::divide);
        all.binary("TrueDivide", Arithmetic::divide);
        all.binary("DivideNoNan", Arithmetic::divideNoNan);
        all.binary("FloorDivide", Arithmetic::floorDivide);
        all.binary("Mod", Arithmetic::mod);
        all.binary("Power", Ops::pow);
        all.binary("Maximum", (ops, a, b) -> widened(ops, a, b, Ops::max));
        all.binary("Minimum", (ops, a, b) -> widened(ops, a, b, Ops::min));
        all.unary("Negative", Ops::neg);
        all.binary("Fmax", (ops, a, b) -> ofNumbers(ops, a, b, Ops::max));
        all.binary("Fmin", (ops, a, b) -> ofNumbers(ops, a, b, Ops::min));
        for (String name : new String[] {"Absolute", "Abs"}) {
            all.unary(name, (ops, x) -> x.type() == DataType.BOOL ? x : ops.abs(x));
        }
        all.floating("Fabs", Ops::abs);
        all.unary("Sign", Ops::sign);
        all.unary("Square", (ops, x) -> square(ops, Promotion.number(ops, x)));
    }

    private static Value square(Ops ops, Value x) {
        return ops.mul(x, x);
    }

    /** The engine compares no integers of 16 bits and no truth values. */
    private static Value widened(Ops ops, Value a, Value b, Definitions.Binary operation) {
        boolean isNarrow =
                List.of(DataType.INT16, DataType.UINT16, DataType.BOOL).contains(a.type());
        return isNarrow
                ? ops.cast(operation.apply(ops, ops.cast(a, DataType.INT32), ops.cast(b, DataType.INT32)), a.type())
                : operation.apply(ops, a, b);
    }

    /** Of two numbers of which one is none, the other. */
    private static Value ofNumbers(Ops ops, Value a, Value b, Definitions.Binary operation) {
        Value chosen = widened(ops, a, b, operation);
        return a.type().isFloating() ? ops.where(ops.isNaN(a), b, ops.where(ops.isNaN(b), a, chosen)) : chosen;
    }

    private static Value divide(Ops ops, Value a, Value b) {
        return ops.div(Promotion.floating(ops, a), Promotion.floating(ops, b));
    }

    /** 0 where the divisor is. */
    private static Value divideNoNan(Ops ops, Value a, Value b) {
        Value x = Promotion.floating(ops, a);
        Value y = Promotion.floating(ops, b);
        Value isZero = ops.equal(y, ops.like(y, 0));
        return ops.where(isZero, ops.like(x, 0), ops.div(x, ops.where(isZero, ops.like(y, 1), y)));
    }

    /** The quotient rounded down, where the engine rounds towards zero. */
    private static Value floorDivide(Ops ops, Value a, Value b) {
        Value x = Promotion.number(ops, a);
        Value y = Promotion.number(ops, b);
        Value quotient = ops.div(x, y);
        if (x.type().isFloating()) {
            return ops.floor(quotient);
        }
        Value rest = ops.sub(x, ops.mul(quotient, y));
        Value isBelow = ops.and(ops.not(ops.equal(rest, ops.like(rest, 0))), haveOtherSigns(ops, rest, y));
        return ops.sub(quotient, ops.cast(isBelow, quotient.type()));
    }

    /** The remainder with the sign of the divisor, as Python has it. */
    private static Value mod(Ops ops, Value a, Value b) {
        Value x = Promotion.number(ops, a);
        Value y = Promotion.number(ops, b);
        Value rest = ops.mod(x, y);
        if (!x.type().isFloating()) {
            return rest;
        }
        Value isOff = ops.and(ops.not(ops.equal(rest, ops.like(rest, 0))), haveOtherSigns(ops, rest, y));
        return ops.where(isOff, ops.add(rest, y), rest);
    }

    private static Value haveOtherSigns(Ops ops, Value a, Value b) {
        return ops.xor(ops.less(a, ops.like(a, 0)), ops.less(b, ops.like(b, 0)));
    }
}
