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
        all.configuredFloating("Nanvar", Reductions.reduction(MissingNumbers::variance));
        all.configuredFloating(
                "Nanstd", Reductions.reduction((ops, x, keep, axes) -> ops.sqrt(variance(ops, x, keep, axes))));
        all.configured("Nanargmax", places(true));
        all.configured("Nanargmin", places(false));
        all.configured("Nancumsum", config -> {
            Definitions.Unary sums = Reductions.cumulativeSum(config);
            return (ops, x) -> sums.apply(ops, with(ops, x, 0));
        });
        all.configured("Nancumprod", config -> {
            Definitions.Unary products = Shifting.runningProduct(config);
            return (ops, x) -> products.apply(ops, with(ops, x, 1));
        });
        all.configured(
                "Nanmax",
                Reductions.reduction((ops, x, keep, axes) -> orMissing(
                        ops, x, ops.reduceMax(with(ops, x, Double.NEGATIVE_INFINITY), keep, axes), keep, axes)));
        all.configured(
                "Nanmin",
                Reductions.reduction((ops, x, keep, axes) -> orMissing(
                        ops, x, ops.reduceMin(with(ops, x, Double.POSITIVE_INFINITY), keep, axes), keep, axes)));
    }

    /** Of the squares of the distances from the mean. */
    private static Value variance(Ops ops, Value x, boolean keepDims, int... axes) {
        Value count = ops.reduceSum(known(ops, x), true, axes);
        Value apart = ops.sub(x, ops.div(ops.reduceSum(with(ops, x, 0), true, axes), count));
        Value sum = ops.reduceSum(with(ops, ops.mul(apart, apart), 0), keepDims, axes);
        return ops.div(sum, ops.reduceSum(known(ops, x), keepDims, axes));
    }

    /** Where the largest or, turned around, the smallest number is; -1 where there is none. */
    private static Definitions.UnaryReader places(boolean isLargest) {
        return config -> {
            Definitions.Unary places = Reductions.places(config, (ops, x) -> {
                Value numbers = Promotion.number(ops, x);
                return with(ops, isLargest ? numbers : ops.neg(numbers), Double.NEGATIVE_INFINITY);
            });
            int[] axes = Axes.find(config, "axis").orElse(new int[0]);
            boolean keepDims = config.truth("keepdims", false);
            return (ops, x) -> {
                Value place = places.apply(ops, x);
                if (!x.type().isFloating()) {
                    return place;
                }
                Value some = ops.reduceMax(known(ops, x), keepDims, axes);
                return ops.where(ops.greater(some, ops.like(some, 0)), place, ops.like(place, -1));
            };
        };
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
