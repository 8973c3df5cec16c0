package dev.slipway.keras.ops;

import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/** Elements of an axis in the order of their size. */
final class Ordering {
    private Ordering() {}

    static void addTo(Definitions all) {
        all.from("numpy");
        all.configured("Sort", config -> {
            AlongAxis along = AlongAxis.read(config, -1);
            return (ops, x) -> along.apply(ops, x, Ordering::rising);
        });
        all.configured("Argsort", config -> {
            AlongAxis along = AlongAxis.read(config, -1);
            return (ops, x) -> along.apply(ops, x, Ordering::placesRising);
        });
        all.configured("Argpartition", config -> {
            AlongAxis along = AlongAxis.read(config, -1);
            config.ignore("kth");
            return (ops, x) -> along.apply(ops, x, Ordering::placesRising);
        });
        all.configured("Digitize", Ordering::bins);
        all.from("math");
        all.add("TopK", new Definition(Definitions.X, Ordering::largest));
    }

    private static Value rising(Ops ops, Value x, int axis) {
        return ops.flip(ops.topK(x, x.shape().dimension(axis), axis).get(0), axis);
    }

    /** Of equal elements the first comes first: the engine keeps their order when it looks for the largest. */
    private static Value placesRising(Ops ops, Value x, int axis) {
        boolean isNarrow = !x.type().isFloating() && x.type().byteSize() < DataType.INT32.byteSize();
        Value opposite = ops.neg(isNarrow ? ops.cast(x, DataType.INT32) : x);
        Value places = ops.topK(opposite, x.shape().dimension(axis), axis).get(1);
        return ops.cast(places, DataType.INT32);
    }

    private static Definition.Body largest(Config config) {
        int k = config.integer("k");
        // Unsorted results may come in any order, so in falling order as well.
        config.truth("sorted", false);
        return call -> {
            List<Value> found = call.ops().topK(call.tensor("x"), Dimension.of(k), -1);
            return List.of(found.get(0), call.ops().cast(found.get(1), DataType.INT32));
        };
    }

    /** How many bounds each number has reached. */
    private static Definitions.Unary bins(Config config) {
        double[] bounds = config.numbers("bins").orElseThrow(() -> config.refused("bins", "nothing", "rising numbers"));
        for (int i = 1; i < bounds.length; i++) {
            if (!(bounds[i - 1] <= bounds[i])) {
                throw config.refused("bins", bounds[i - 1] + " before " + bounds[i], "rising numbers");
            }
        }
        return (ops, x) -> {
            Value numbers = ops.unsqueeze(Promotion.floating(ops, x), -1);
            Value all = ops.constant(Constant.of(numbers.type(), Shape.of(bounds.length), bounds));
            // No number is below none of them.
            return ops.reduceSum(ops.cast(ops.not(ops.less(numbers, all)), DataType.INT32), false, -1);
        };
    }

    /** An operation along one axis, or on all elements in a row where the axis is null. */
    record AlongAxis(boolean isFlat, int axis) {
        /** What is done along an axis that counts from the front. */
        interface Step {
            Value apply(Ops ops, Value x, int axis);
        }

        static AlongAxis read(Config config, int absent) {
            boolean isFlat = config.isNull("axis");
            return new AlongAxis(isFlat, isFlat ? 0 : config.integer("axis", absent));
        }

        Value apply(Ops ops, Value x, Step step) {
            Value whole = isFlat ? flat(ops, x) : x;
            return step.apply(ops, whole, whole.shape().axis(axis));
        }

        static Value flat(Ops ops, Value x) {
            if (x.shape().rank() == 1) {
                return x;
            }
            Dimension count = x.shape().isKnown()
                    ? Dimension.of(x.shape().elementCount())
                    : ops.graph().freshSymbol("flat");
            return ops.reshape(x, Shape.of(List.of(count)));
        }
    }
}
