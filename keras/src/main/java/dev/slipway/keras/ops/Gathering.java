package dev.slipway.keras.ops;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Elements taken from places or put there as TensorFlow does and Keras 3 does not: with axes that table and places share, and with
 * places that are points of several axes.
 *
 * <p>Source: {@code tf.gather}, {@code tf.gather_nd}, {@code tf.scatter_nd}, {@code tf.tensor_scatter_nd_update}, {@code
 * tf.reverse_sequence} and {@code tf.compat.v1.where} of TensorFlow 2.
 */
final class Gathering {
    private static final List<String> PLACES = List.of("x", "indices");

    private Gathering() {}

    static void addTo(Definitions all) {
        all.from(Definitions.TENSORFLOW);
        all.add("TensorFlowGather", Definition.configured(PLACES, Gathering::gather));
        all.add("TensorFlowGatherNd", Definition.configured(PLACES, Gathering::points));
        all.add("TensorFlowScatter", Definition.of(List.of("indices", "updates", "shape"), Gathering::scatter));
        all.add("TensorFlowUpdate", Definition.configured(List.of("x", "indices", "updates"), config -> {
            boolean adds = config.truth("adds", false);
            return call -> {
                List<Value> both = call.unified(List.of(call.tensor("x"), call.tensor("updates")));
                return placed(call, both.get(0), call.tensor("indices"), both.get(1), adds);
            };
        }));
        all.add("TensorFlowReverseSequence", Definition.configured(List.of("x", "seq_lengths"), Gathering::reverse));
        all.add("TensorFlowSelect", Definition.of(List.of("condition", "x", "y"), Gathering::select));
    }

    private static Value index(Ops ops, Value places) {
        return ops.cast(places, DataType.INT64);
    }

    private static Definition.Function gather(Config config) {
        int shared = config.integer("batch_dims");
        boolean isAtShared = config.find("axis").isEmpty();
        int given = config.integer("axis", 0);
        return call -> {
            Value x = call.tensor("x");
            Value places = index(call.ops(), call.tensor("indices"));
            int batch = shared < 0 ? shared + places.shape().rank() : shared;
            int axis = isAtShared ? batch : x.shape().axis(given);
            if (batch < 0 || batch > axis || batch > places.shape().rank()) {
                throw call.refused(
                        "batch_dims", shared + " of " + places.shape(), "axes before the one that is gathered");
            }
            return gather(call, x, places, batch, axis);
        };
    }

    /**
     * {@code [batch…, inner…, n, rest…]} at {@code [batch…, places…]} gives {@code [batch…, inner…, places…, rest…]}: the axis that is
     * gathered goes before the inner ones, and these back behind the places.
     */
    private static Value gather(OperationCall call, Value x, Value places, int batch, int axis) {
        Ops ops = call.ops();
        int rank = x.shape().rank();
        int[] first = IntStream.concat(
                        IntStream.concat(IntStream.range(0, batch), IntStream.of(axis)),
                        IntStream.range(batch, rank).filter(i -> i != axis))
                .toArray();
        Value rows = rows(call, axis == batch ? x : ops.transpose(x, first), places, batch);
        if (axis == batch) {
            return rows;
        }
        int taken = places.shape().rank() - batch;
        int inner = axis - batch;
        int[] back = IntStream.concat(
                        IntStream.concat(
                                IntStream.range(0, batch), IntStream.range(batch + taken, batch + taken + inner)),
                        IntStream.concat(
                                IntStream.range(batch, batch + taken),
                                IntStream.range(
                                        batch + taken + inner, rows.shape().rank())))
                .toArray();
        return ops.transpose(rows, back);
    }

    /** {@code [batch…, n, rest…]} at {@code [batch…, places…]}: the batches become one axis, and the rest another. */
    private static Value rows(OperationCall call, Value x, Value places, int batch) {
        Ops ops = call.ops();
        List<Dimension> rest =
                x.shape().dimensions().subList(batch + 1, x.shape().rank());
        List<Dimension> taken =
                places.shape().dimensions().subList(batch, places.shape().rank());
        Dimension length = x.shape().dimension(batch);
        if (!length.isKnown() || !Shape.of(rest).isKnown() || !Shape.of(taken).isKnown()) {
            throw call.refused("indices", places.shape() + " of " + x.shape(), "known lengths but of the batch");
        }
        long width = Shape.of(rest).elementCount();
        long count = Shape.of(taken).elementCount();
        Dimension batches = merged(ops, x.shape().dimensions().subList(0, batch));
        Value table = shaped(ops, x, List.of(batches, length, Dimension.of(width)));
        Value at = shaped(ops, places, List.of(batches, Dimension.of(count), Dimension.of(1)));
        Value wide = width == 1 ? at : ops.expand(at, Shape.of(1, 1, width));
        Value found = ops.gatherElements(table, wide, 1);
        List<Dimension> result = new ArrayList<>(x.shape().dimensions().subList(0, batch));
        result.addAll(taken);
        result.addAll(rest);
        if (batch <= 1) {
            return shaped(ops, found, result);
        }
        Value lead = ops.slice(ops.shape(x), 0, 0, batch);
        Value tail = ops.constant(LongStream.concat(
                        taken.stream().mapToLong(Dimension::size), rest.stream().mapToLong(Dimension::size))
                .toArray());
        return ops.reshape(found, ops.concat(List.of(lead, tail), 0), Shape.of(result));
    }

    private static Dimension merged(Ops ops, List<Dimension> axes) {
        if (axes.size() == 1) {
            return axes.get(0);
        }
        Shape shape = Shape.of(axes);
        return shape.isKnown()
                ? Dimension.of(shape.elementCount())
                : ops.graph().freshSymbol("rows");
    }

    /** The same elements in a shape of which one length, the first, may not be known. */
    private static Value shaped(Ops ops, Value x, List<Dimension> target) {
        long[] lengths =
                target.stream().mapToLong(d -> d.isKnown() ? d.size() : -1).toArray();
        return Shape.of(target).equals(x.shape()) ? x : ops.reshape(x, ops.constant(lengths), Shape.of(target));
    }

    private static Definition.Function points(Config config) {
        int batch = config.integer("batch_dims", 0);
        return call -> {
            Ops ops = call.ops();
            Value x = call.tensor("x");
            Value row = row(call, x.shape(), call.tensor("indices"), batch);
            int axes = Math.toIntExact(call.tensor("indices").shape().size(-1));
            List<Dimension> table = new ArrayList<>(x.shape().dimensions().subList(0, batch));
            table.add(merged(ops, x.shape().dimensions().subList(batch, batch + axes)));
            table.addAll(x.shape().dimensions().subList(batch + axes, x.shape().rank()));
            if (table.stream().filter(d -> !d.isKnown()).count() > 1) {
                throw call.refused("x", x.shape() + "", "one axis of unknown length at most");
            }
            Value flat = shaped(ops, x, table);
            return batch == 0 ? ops.gather(flat, row, 0) : gather(call, flat, row, batch, batch);
        };
    }

    /** Points {@code [..., axes]} as places in all elements of these axes together. */
    private static Value row(OperationCall call, Shape table, Value points, int batch) {
        Ops ops = call.ops();
        Dimension last = points.shape().dimension(-1);
        if (!last.isKnown() || batch + last.size() > table.rank()) {
            throw call.refused("indices", points.shape() + " of " + table, "at most one index for each axis");
        }
        int axes = Math.toIntExact(last.size());
        long[] strides = new long[axes];
        long stride = 1;
        for (int i = axes - 1; i >= 0; i--) {
            strides[i] = stride;
            Dimension length = table.dimension(batch + i);
            if (i > 0 && !length.isKnown()) {
                throw call.refused("x", table + "", "known lengths of the axes behind the first that is indexed");
            }
            stride = i > 0 ? Math.multiplyExact(stride, length.size()) : stride;
        }
        return ops.reduceSum(ops.mul(index(ops, points), ops.constant(strides)), false, -1);
    }

    /** Values that meet are added up. */
    private static Value scatter(OperationCall call) {
        Ops ops = call.ops();
        Value updates = call.tensor("updates");
        Lengths shape = Lengths.of(call, "shape");
        Value zeros = ops.expand(ops.like(updates, 0), shape.vector(), shape.shape(ops));
        return placed(call, zeros, call.tensor("indices"), updates, true);
    }

    private static Value placed(OperationCall call, Value table, Value points, Value updates, boolean adds) {
        Ops ops = call.ops();
        Value row = row(call, table.shape(), points, 0);
        int axes = Math.toIntExact(points.shape().size(-1));
        Shape rest = table.shape().slice(axes, table.shape().rank());
        if (!rest.isKnown()) {
            throw call.refused("x", table.shape() + "", "known lengths of the axes that are not indexed");
        }
        Dimension width = Dimension.of(rest.elementCount());
        Dimension rows = merged(ops, table.shape().dimensions().subList(0, axes));
        Dimension count = merged(ops, row.shape().dimensions());
        Value matrix = shaped(ops, table, List.of(rows, width));
        Value flat = shaped(ops, updates, List.of(count, width));
        Value at = ops.expandLike(shaped(ops, row, List.of(count, Dimension.of(1))), flat);
        Value result = ops.scatterElements(matrix, at, flat, 0, adds);
        return ops.reshape(result, ops.shape(table), table.shape());
    }

    /** The first places of a sequence the other way around, and the others as they are. */
    private static Definition.Function reverse(Config config) {
        int along = config.integer("seq_axis");
        int batch = config.integer("batch_axis", 0);
        return call -> {
            Ops ops = call.ops();
            Value x = call.tensor("x");
            int axis = x.shape().axis(along);
            if (batch != 0 || axis != 1) {
                throw call.refused("seq_axis", axis + " and batch_axis = " + batch, "1 and 0, as Slipway supports it");
            }
            Value lengths = ops.unsqueeze(index(ops, call.tensor("seq_lengths")), 1);
            Dimension steps = x.shape().dimension(1);
            if (!steps.isKnown()) {
                throw call.refused("x", x.shape() + "", "a known number of steps");
            }
            Value step = ops.constant(LongStream.range(0, steps.size()).toArray());
            Value mirrored = ops.sub(ops.sub(lengths, ops.like(lengths, 1)), step);
            Value places = ops.where(ops.less(step, lengths), mirrored, step);
            return gather(call, x, places, 1, 1);
        };
    }

    /** A vector of conditions chooses rows. */
    private static Value select(OperationCall call) {
        Ops ops = call.ops();
        List<Value> both = call.unified(List.of(call.tensor("x"), call.tensor("y")));
        Value condition = ops.cast(call.tensor("condition"), DataType.BOOL);
        int missing = both.get(0).shape().rank() - condition.shape().rank();
        if (missing > 0 && condition.shape().rank() == 1) {
            condition =
                    ops.unsqueeze(condition, IntStream.rangeClosed(1, missing).toArray());
        }
        return ops.where(condition, both.get(0), both.get(1));
    }
}
