package dev.slipway.keras.ops;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.Optional;

/** Operations that make one element out of many along axes. */
final class Reductions {
    private Reductions() {}

    /** A reduction of a tensor by some axes; no axes means all. */
    interface Reduction {
        Value reduce(Ops ops, Value x, boolean keepDims, int... axes);
    }

    static void addTo(Definitions all) {
        all.from("numpy");
        all.configured("Sum", reduction((ops, x, keep, axes) -> ops.reduceSum(summable(ops, x), keep, axes)));
        all.configured("Prod", reduction((ops, x, keep, axes) -> ops.reduceProd(summable(ops, x), keep, axes)));
        all.configuredFloating("Mean", reduction(Ops::reduceMean));
        all.configuredFloating("Var", reduction(Reductions::variance));
        all.configuredFloating("Std", reduction((ops, x, keep, axes) -> ops.sqrt(variance(ops, x, keep, axes))));
        for (String prefix : new String[] {"", "A"}) {
            all.configured(prefix.isEmpty() ? "Max" : "Amax", extreme(Ops::reduceMax, Ops::max));
            all.configured(prefix.isEmpty() ? "Min" : "Amin", extreme(Ops::reduceMin, Ops::min));
        }
        all.configured("Ptp", reduction(Reductions::spread));
        all.configured("Any", reduction((ops, x, keep, axes) -> truth(ops, ops.reduceMax(bits(ops, x), keep, axes))));
        all.configured("All", reduction((ops, x, keep, axes) -> truth(ops, ops.reduceMin(bits(ops, x), keep, axes))));
        all.configured("Argmax", config -> places(config, (ops, x) -> Promotion.number(ops, x)));
        all.configured("Argmin", config -> places(config, (ops, x) -> ops.neg(Promotion.number(ops, x))));
        all.configured("Cumsum", Reductions::cumulativeSum);
        all.from("math");
        all.configuredFloating("Logsumexp", reduction(Reductions::logSumExp));
    }

    static Definitions.UnaryReader reduction(Reduction reduction) {
        return config -> {
            int[] axes = Axes.find(config, "axis").orElse(new int[0]);
            boolean keepDims = config.truth("keepdims", false);
            boolean isEmpty = axes.length == 0 && config.find("axis").isPresent();
            if (isEmpty) {
                throw config.refused("axis", "[]", "one or more axes, or null for all");
            }
            return (ops, x) -> reduction.reduce(ops, x, keepDims, axes);
        };
    }

    /** A number given first takes part; truth values are compared as numbers. */
    private static Definitions.UnaryReader extreme(Reduction reduction, Definitions.Binary combination) {
        return config -> {
            boolean isGiven = config.find("initial").isPresent();
            double initial = config.number("initial", 0);
            Definitions.Unary reduced = reduction(reduction).read(config);
            return (ops, x) -> {
                Value number = Promotion.number(ops, x);
                Value found = reduced.apply(ops, number);
                Value whole = isGiven ? combination.apply(ops, found, ops.like(found, initial)) : found;
                return ops.cast(whole, x.type());
            };
        };
    }

    /** Narrow integers and truth values are summed as 32 bits. */
    static Value summable(Ops ops, Value x) {
        boolean narrow = !x.type().isFloating() && x.type().byteSize() < DataType.INT32.byteSize();
        return narrow ? ops.cast(x, DataType.INT32) : x;
    }

    static Value variance(Ops ops, Value x, boolean keepDims, int... axes) {
        Value difference = ops.sub(x, ops.reduceMean(x, true, axes));
        return ops.reduceMean(ops.mul(difference, difference), keepDims, axes);
    }

    private static Value spread(Ops ops, Value x, boolean keepDims, int... axes) {
        return ops.sub(ops.reduceMax(x, keepDims, axes), ops.reduceMin(x, keepDims, axes));
    }

    private static Value logSumExp(Ops ops, Value x, boolean keepDims, int... axes) {
        int[] reduced = axes.length == 0 ? Axes.all(x.shape()) : axes;
        Value most = ops.reduceMax(x, true, reduced);
        Value finite = ops.where(ops.greater(ops.abs(most), ops.like(x, Float.MAX_VALUE)), ops.like(x, 0), most);
        Value sum = ops.add(ops.log(ops.reduceSum(ops.exp(ops.sub(x, finite)), true, reduced)), finite);
        return keepDims || x.shape().rank() == 0 ? sum : ops.squeeze(sum, reduced);
    }

    private static Value bits(Ops ops, Value x) {
        return ops.cast(ops.cast(x, DataType.BOOL), DataType.INT32);
    }

    private static Value truth(Ops ops, Value bits) {
        return ops.cast(bits, DataType.BOOL);
    }

    static Definitions.Unary places(Config config, Definitions.Unary prepared) {
        boolean isFlat = config.find("axis").isEmpty();
        int axis = config.integer("axis", 0);
        boolean keepDims = config.truth("keepdims", false);
        return (ops, x) -> {
            Value whole = isFlat ? Ordering.AlongAxis.flat(ops, x) : x;
            int at = whole.shape().axis(axis);
            Value places = ops.cast(ops.argMax(prepared.apply(ops, whole), at), DataType.INT32);
            return keepDims ? ops.unsqueeze(places, isFlat ? Axes.all(x.shape()) : new int[] {at}) : places;
        };
    }

    static Definitions.Unary cumulativeSum(Config config) {
        boolean isFlat = config.find("axis").isEmpty();
        int axis = config.integer("axis", 0);
        Optional<DataType> type = Sequences.type(config);
        return (ops, x) -> {
            Value whole = isFlat ? Ordering.AlongAxis.flat(ops, x) : x;
            Value numbers = summable(ops, whole);
            return ops.cumSum(ops.cast(numbers, type.orElse(numbers.type())), axis, false);
        };
    }
}
