package dev.slipway.keras.ops;

import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Elements moved along an axis, compared with those beside them, or left on one side of a diagonal. */
final class Shifting {
    private Shifting() {}

    static void addTo(Definitions all) {
        all.from("numpy");
        all.configured("Roll", Shifting::roll);
        all.configured("Diff", Shifting::differences);
        all.configured("Tril", config -> triangle(config, true));
        all.configured("Triu", config -> triangle(config, false));
        all.configured("Cumprod", Shifting::runningProduct);
    }

    /** What leaves at the end comes in at the front. */
    private static Definitions.Unary roll(Config config) {
        int[] shifts = Axes.require(config, "shift");
        int[] axes = Axes.find(config, "axis").orElse(new int[0]);
        if (axes.length == 0 ? shifts.length != 1 : shifts.length != axes.length && shifts.length != 1) {
            throw config.refused("shift", shifts.length + " numbers", "one, or one for each axis");
        }
        return (ops, x) -> {
            if (axes.length == 0) {
                return ops.reshape(roll(ops, Ordering.AlongAxis.flat(ops, x), 0, shifts[0]), ops.shape(x), x.shape());
            }
            Value rolled = x;
            for (int i = 0; i < axes.length; i++) {
                rolled = roll(ops, rolled, x.shape().axis(axes[i]), shifts[shifts.length == 1 ? 0 : i]);
            }
            return rolled;
        };
    }

    private static Value roll(Ops ops, Value x, int axis, int shift) {
        Dimension length = x.shape().dimension(axis);
        long by = length.isKnown() ? Math.floorMod(shift, length.size()) : shift;
        if (by == 0) {
            return x;
        }
        Value end = ops.slice(x, axis, -by, Long.MAX_VALUE);
        Value front = ops.slice(x, axis, 0, -by);
        Value joined = ops.concat(List.of(end, front), axis);
        return ops.reshape(joined, ops.shape(x), x.shape());
    }

    private static Definitions.Unary differences(Config config) {
        int times = config.integer("n", 1);
        int axis = config.integer("axis", -1);
        if (times < 0) {
            throw config.refused("n", times + "", ">= 0");
        }
        return (ops, x) -> {
            Value result = x;
            for (int i = 0; i < times; i++) {
                Value later = ops.slice(result, axis, 1, Long.MAX_VALUE);
                Value earlier = ops.slice(result, axis, 0, -1);
                result = x.type() == DataType.BOOL ? ops.xor(later, earlier) : ops.sub(later, earlier);
            }
            return result;
        };
    }

    private static Definitions.Unary triangle(Config config, boolean isLower) {
        int k = config.integer("k", 0);
        return (ops, x) -> {
            int rank = x.shape().rank();
            Shape matrix = x.shape().slice(Math.max(0, rank - 2), rank);
            if (!matrix.isKnown() || rank < 2) {
                throw new IllegalArgumentException(
                        "x: shape " + x.shape() + " (expected: matrices of known rows and columns)");
            }
            long columns = matrix.size(1);
            float[] kept = new float[Bounds.elements(config, "x", matrix.elementCount())];
            for (int i = 0; i < kept.length; i++) {
                long beyond = i % columns - i / columns - k;
                kept[i] = (isLower ? beyond <= 0 : beyond >= 0) ? 1 : 0;
            }
            Value isKept = ops.cast(ops.constant(Constant.of(matrix, kept)), DataType.BOOL);
            return x.type() == DataType.BOOL ? ops.and(isKept, x) : ops.where(isKept, x, ops.like(x, 0));
        };
    }

    static Definitions.Unary runningProduct(Config config) {
        boolean isFlat = config.find("axis").isEmpty();
        int axis = config.integer("axis", 0);
        Optional<DataType> type = Sequences.type(config);
        return (ops, x) -> {
            Value whole = isFlat ? Ordering.AlongAxis.flat(ops, x) : x;
            Value numbers = Promotion.number(ops, whole);
            return runningProduct(ops, ops.cast(numbers, type.orElse(numbers.type())), axis);
        };
    }

    private static Value runningProduct(Ops ops, Value x, int axis) {
        Dimension length = x.shape().dimension(axis);
        if (!length.isKnown()) {
            throw new IllegalArgumentException(
                    "axis: " + axis + " of " + x.shape() + " (expected: an axis of known length)");
        }
        List<Value> products = new ArrayList<>(List.of(ops.slice(x, axis, 0, 1)));
        for (long i = 1; i < length.size(); i++) {
            Value before = products.get(products.size() - 1);
            products.add(ops.mul(before, ops.slice(x, axis, i, i + 1)));
        }
        return ops.concat(products, axis);
    }
}
