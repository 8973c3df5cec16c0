package dev.slipway.keras.losses;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;

/** Quotients that are 0 where the divisor is 0. Source: {@code keras.ops.divide_no_nan}. */
public final class Quotient {
    private Quotient() {}

    /**
     * Appends a quotient whose gradient is finite, too.
     *
     * @param ops the operators
     * @param dividend the numbers above
     * @param divisor the numbers below
     * @return {@code dividend / divisor}, and 0 where the divisor is 0
     */
    public static Value orZero(Ops ops, Value dividend, Value divisor) {
        Value none = ops.equal(divisor, ops.like(divisor, 0));
        Value quotient = ops.div(dividend, ops.where(none, ops.like(divisor, 1), divisor));
        return ops.where(none, ops.like(quotient, 0), quotient);
    }
}
