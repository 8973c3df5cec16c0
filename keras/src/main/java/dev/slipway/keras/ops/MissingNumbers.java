package dev.slipway.keras.ops;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;

/**
 * Reductions that pass over what is no number; where nothing is one, sums are 0, products 1, and the rest no number.
 *
 * <p>Source: {@code keras.ops.numpy}: {@code nansum} and its neighbours.
 */
final class MissingNumbers {
    private MissingNumbers() {}

    static void addTo(Definitions all) {
        all.from("numpy");
        all.configured(
                "Nansum",
                Reductions.reduction(
                        (ops, x, keep, axes) -> ops.reduceSum(Reductions.summable(ops, with(ops, x, 0)), keep, axes)));
        all.configured(
                "Nanprod",
                Reductions.reduction(
                        (ops, x, keep, axes) -> ops.reduceProd(Reductions.summable(ops, with(ops, x, 1)), keep, axes)));
        all.configuredFloating("Nanmean", Reductions.reduction((ops, x, keep, axes) -> {
            Value count = ops.reduceSum(known(ops, x), keep, axes);
            return ops.div(ops.reduceSum(with(ops, x, 0), keep, axes), count);
        }));
        all.configured(
                "Nanmax",
                Reductions.reduction((ops, x, keep, axes) -> orMissing(
                        ops, x, ops.reduceMax(with(ops, x, Double.NEGATIVE_INFINITY), keep, axes), keep, axes)));
        all.configured(
                "Nanmin",
                Reductions.reduction((ops, x, keep, axes) -> orMissing(
                        ops, x, ops.reduceMin(with(ops, x, Double.POSITIVE_INFINITY), keep, axes), keep, axes)));
    }

    /** Another number in the place of what is none. */
    private static Value with(Ops ops, Value x, double number) {
        return x.type().isFloating() ? ops.where(ops.isNaN(x), ops.like(x, number), x) : x;
    }

    /** 1 for a number, 0 for none. */
    private static Value known(Ops ops, Value x) {
        return ops.cast(ops.not(ops.isNaN(x)), x.type());
    }

    private static Value orMissing(Ops ops, Value x, Value extreme, boolean keepDims, int... axes) {
        if (!x.type().isFloating()) {
            return extreme;
        }
        Value some = ops.reduceMax(known(ops, x), keepDims, axes);
        return ops.where(ops.greater(some, ops.like(some, 0)), extreme, ops.like(extreme, Double.NaN));
    }
}
