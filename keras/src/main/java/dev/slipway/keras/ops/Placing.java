package dev.slipway.keras.ops;

import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.CallArguments.Argument;
import dev.slipway.keras.layers.CallArguments.Plain;
import java.util.Arrays;
import java.util.List;

/**
 * Parts cut out of a tensor, put into it, or put together to a new one.
 *
 * <p>Source: {@code keras.ops.core}: {@code slice}, {@code slice_update}, {@code scatter}, {@code scatter_update}.
 */
final class Placing {
    private Placing() {}

    static void addTo(Definitions all) {
        all.from("core");
        all.add("Slice", Definition.configured(List.of("inputs", "start_indices"), Placing::slice));
        all.add("SliceUpdate", Definition.of(List.of("inputs", "start_indices", "updates"), Placing::sliceUpdate));
        all.add("Scatter", Definition.configured(List.of("indices", "values"), Placing::scatter));
        all.add("ScatterUpdate", Definition.of(List.of("inputs", "indices", "updates"), Placing::scatterUpdate));
        all.from("math");
        all.configured("ExtractSequences", Placing::sequences);
    }

    private static long[] starts(OperationCall call, int rank) {
        Argument<Value> given = call.argument("start_indices");
        if (!(given instanceof Plain<Value> plain)
                || !plain.value().isArray()
                || plain.value().size() != rank) {
            throw call.refused("start_indices", "no list", "a number for each of " + rank + " axes");
        }
        long[] starts = new long[rank];
        for (int i = 0; i < rank; i++) {
            if (!plain.value().get(i).canConvertToInt()) {
                throw call.refused("start_indices", plain.value() + "", "whole numbers");
            }
            starts[i] = plain.value().get(i).intValue();
        }
        return starts;
    }

    /** A length of -1 goes to the end. */
    private static Definition.Function slice(Config config) {
        int[] lengths = Axes.require(config, "shape");
        return call -> {
            Value x = call.tensor("inputs");
            if (lengths.length != x.shape().rank()) {
                throw call.refused("shape", Arrays.toString(lengths), "a length for each axis of " + x.shape());
            }
            long[] starts = starts(call, lengths.length);
            for (int axis = 0; axis < lengths.length; axis++) {
                long end = lengths[axis] < 0 ? Long.MAX_VALUE : starts[axis] + lengths[axis];
                x = call.ops().slice(x, axis, starts[axis], end);
            }
            return x;
        };
    }

    private static Value sliceUpdate(OperationCall call) {
        List<Value> values = call.unified(List.of(call.tensor("inputs"), call.tensor("updates")));
        Value x = values.get(0);
        return updated(call, x, values.get(1), starts(call, x.shape().rank()), 0);
    }

    /** What lies before and behind along an axis stays; between them the next axis is looked at. */
    private static Value updated(OperationCall call, Value x, Value updates, long[] starts, int axis) {
        if (axis == starts.length) {
            return updates;
        }
        Ops ops = call.ops();
        Dimension length = updates.shape().dimension(axis);
        boolean isWhole = starts[axis] == 0 && length.equals(x.shape().dimension(axis));
        if (isWhole) {
            return updated(call, x, updates, starts, axis + 1);
        }
        if (!length.isKnown()) {
            throw call.refused("updates", updates.shape() + "", "a known length of axis " + axis);
        }
        long end = starts[axis] + length.size();
        Value inside = updated(call, ops.slice(x, axis, starts[axis], end), updates, starts, axis + 1);
        return ops.concat(
                List.of(ops.slice(x, axis, 0, starts[axis]), inside, ops.slice(x, axis, end, Long.MAX_VALUE)), axis);
    }

    /** Values that meet are added up. */
    private static Definition.Function scatter(Config config) {
        int[] lengths = Axes.require(config, "shape");
        Shape shape = Shape.of(Arrays.stream(lengths).asLongStream().toArray());
        return call -> {
            Value values = call.tensor("values");
            Value zeros = call.ops().expand(call.ops().like(values, 0), shape);
            return placed(call, zeros, call.tensor("indices"), values, true);
        };
    }

    private static Value scatterUpdate(OperationCall call) {
        List<Value> values = call.unified(List.of(call.tensor("inputs"), call.tensor("updates")));
        return placed(call, values.get(0), call.tensor("indices"), values.get(1), false);
    }

    /** Indices {@code [count, indexed axes]} of a table whose indexed axes become one. */
    private static Value placed(OperationCall call, Value table, Value indices, Value values, boolean adds) {
        Ops ops = call.ops();
        Shape shape = table.shape();
        if (indices.shape().rank() != 2 || !indices.shape().dimension(1).isKnown() || !shape.isKnown()) {
            throw call.refused("indices", indices.shape() + " of " + shape, "[count, indexed axes] of a known shape");
        }
        int indexed = Math.toIntExact(indices.shape().size(1));
        if (indexed > shape.rank()) {
            throw call.refused("indices", indices.shape() + " of " + shape, "at most one index for each axis");
        }
        long rows = 1;
        long[] strides = new long[indexed];
        for (int axis = indexed - 1; axis >= 0; axis--) {
            strides[axis] = rows;
            rows = Math.multiplyExact(rows, shape.size(axis));
        }
        long width = shape.elementCount() / Math.max(1, rows);
        Value places = ops.cast(indices, DataType.INT64);
        Value row = ops.reduceSum(ops.mul(places, ops.constant(strides)), true, 1);
        Dimension count = indices.shape().dimension(0);
        Value flat = ops.reshape(values, ops.constant(-1, width), Shape.of(List.of(count, Dimension.of(width))));
        Value everywhere = ops.expandLike(row, flat);
        Value matrix = ops.reshape(table, Shape.of(rows, width));
        return ops.reshape(ops.scatterElements(matrix, everywhere, flat, 0, adds), shape);
    }

    /** Stretches of the last axis, as many as fit. */
    private static Definitions.Unary sequences(Config config) {
        int length = config.integer("sequence_length");
        int stride = config.integer("sequence_stride");
        if (length < 1 || stride < 1) {
            throw config.refused("sequence_length, sequence_stride", length + ", " + stride, ">= 1");
        }
        return (ops, x) -> {
            Dimension whole = x.shape().dimension(-1);
            if (!whole.isKnown() || whole.size() < length) {
                throw config.refused("sequence_length", length + " of " + x.shape(), "a known axis that is as long");
            }
            int count = Math.toIntExact((whole.size() - length) / stride + 1);
            double[] places = new double[Math.multiplyExact(count, length)];
            for (int i = 0; i < places.length; i++) {
                int frame = i / length;
                places[i] = (double) frame * stride + i % length;
            }
            Constant indices = Constant.of(DataType.INT64, Shape.of(count, length), places);
            return ops.gather(x, ops.constant(indices), x.shape().rank() - 1);
        };
    }
}
