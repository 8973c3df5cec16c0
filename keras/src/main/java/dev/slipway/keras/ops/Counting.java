package dev.slipway.keras.ops;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.Literal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How often numbers occur, where they belong among others, and rows put together by the segment they are of.
 *
 * <p>Source: {@code keras.ops}, modules {@code numpy} and {@code math}.
 */
final class Counting {
    private static final List<String> SEGMENTS = List.of("data", "segment_ids");

    private Counting() {}

    static void addTo(Definitions all) {
        all.from("numpy");
        all.configured("Bincount", Counting::bincount);
        all.add("Histogram", new Definition(Definitions.X, Counting::histogram));
        all.add("SearchSorted", Definition.configured(List.of("sorted_sequence", "values"), Counting::places));
        all.add("IsIn", Definition.configured(Definitions.PAIR, Counting::isIn));
        all.from("math");
        all.add("InTopK", Definition.configured(List.of("targets", "predictions"), Counting::isAmongLargest));
        all.add("SegmentSum", segments(0, Ops::reduceSum));
        all.add("SegmentMax", segments(Double.NEGATIVE_INFINITY, Ops::reduceMax));
        all.add("SegmentMin", segments(Double.POSITIVE_INFINITY, Ops::reduceMin));
        all.add("SegmentProd", segments(1, Ops::reduceProd));
    }

    /** 0, 1, … up to a number that only the data tells. */
    private static Value upTo(Ops ops, Value end, String name) {
        return ops.range(ops.like(end, 0), end, ops.graph().freshSymbol(name));
    }

    private static Definitions.Unary bincount(Config config) {
        int least = Bounds.elements(config, "minlength", config.integer("minlength", 0));
        Optional<Literal> weights =
                config.find("weights").map(node -> Literal.read(config.subject() + ": weights", node));
        if (config.truth("sparse", false)) {
            throw config.refused("sparse", "true", "false");
        }
        return (ops, x) -> {
            if (!x.type().isInteger()) {
                throw config.refused("x", x.type() + "", "whole numbers");
            }
            Value numbers = ops.cast(x, DataType.INT64);
            Value most = ops.reduceMax(numbers, false, Axes.all(x.shape()));
            Value end = ops.max(ops.add(most, ops.like(most, 1)), ops.like(most, least));
            Value bins = ops.unsqueeze(upTo(ops, end, "bins"), -1);
            Value isThere = ops.equal(ops.unsqueeze(numbers, -2), bins);
            if (weights.isEmpty()) {
                return ops.reduceSum(ops.cast(isThere, DataType.INT32), false, -1);
            }
            DataType type = Promotion.of(x.type(), weights.get().type());
            Value each = ops.unsqueeze(ops.constant(weights.get().constant(type)), -2);
            return ops.reduceSum(ops.where(isThere, each, ops.like(each, 0)), false, -1);
        };
    }

    /** How many numbers lie in each of the bins, and the bins' edges; the last edge belongs to the last bin. */
    private static Definition.Body histogram(Config config) {
        int bins = Bounds.elements(config, "bins", config.integer("bins", 10));
        double[] range = config.numbers("range").orElse(new double[0]);
        if (bins < 1 || (range.length != 0 && range.length != 2)) {
            throw config.refused("bins, range", bins + ", " + Arrays.toString(range), ">= 1, and two numbers or null");
        }
        return call -> {
            Ops ops = call.ops();
            Value x = call.tensor("x");
            Value row = Ordering.AlongAxis.flat(ops, x);
            Value low = range.length == 2 ? ops.like(row, range[0]) : ops.reduceMin(row, false, 0);
            Value high = range.length == 2 ? ops.like(row, range[1]) : ops.reduceMax(row, false, 0);
            Value shares = ops.constant(Sequences.shares(DataType.DOUBLE, bins + 1, bins));
            Value start = ops.cast(low, DataType.DOUBLE);
            Value width = ops.sub(ops.cast(high, DataType.DOUBLE), start);
            Value edges = ops.cast(ops.add(start, ops.mul(width, shares)), x.type());
            Value isInside = ops.and(ops.greaterOrEqual(row, low), ops.lessOrEqual(row, high));
            Value inner = ops.unsqueeze(ops.slice(edges, 0, 1, bins), 0);
            Value column = ops.unsqueeze(row, 1);
            Value bin = ops.reduceSum(ops.cast(ops.greaterOrEqual(column, inner), DataType.INT64), true, 1);
            Value isThere = ops.and(
                    ops.equal(
                            bin,
                            ops.constant(IntStream.range(0, bins).asLongStream().toArray())),
                    ops.unsqueeze(isInside, 1));
            Value counts = ops.reduceSum(ops.cast(isThere, DataType.INT64), false, 0);
            return List.of(ops.cast(counts, x.type()), edges);
        };
    }

    private static Definition.Function places(Config config) {
        String side = config.text("side", "left");
        if (!List.of("left", "right").contains(side)) {
            throw config.refused("side", side, "left or right");
        }
        return call -> {
            Ops ops = call.ops();
            List<Value> pair = call.pair("sorted_sequence", "values");
            Value sequence = pair.get(0);
            if (sequence.shape().rank() != 1) {
                throw call.refused("sorted_sequence", sequence.shape() + "", "one axis");
            }
            Value values = ops.unsqueeze(pair.get(1), -1);
            Value isBefore = side.equals("left") ? ops.less(sequence, values) : ops.lessOrEqual(sequence, values);
            DataType type = sequence.shape().isKnown() ? DataType.INT32 : DataType.INT64;
            return ops.reduceSum(ops.cast(isBefore, type), false, -1);
        };
    }

    private static Definition.Function isIn(Config config) {
        boolean isOut = config.truth("invert", false);
        config.ignore("assume_unique");
        return call -> {
            Ops ops = call.ops();
            List<Value> pair = call.pair("x1", "x2");
            Value isThere = ops.equal(ops.unsqueeze(pair.get(0), -1), Ordering.AlongAxis.flat(ops, pair.get(1)));
            Value found = ops.cast(ops.reduceMax(ops.cast(isThere, DataType.INT32), false, -1), DataType.BOOL);
            return isOut ? ops.not(found) : found;
        };
    }

    private static Definition.Function isAmongLargest(Config config) {
        int k = config.integer("k");
        return call -> {
            Ops ops = call.ops();
            Value targets = ops.unsqueeze(ops.cast(call.tensor("targets"), DataType.INT64), -1);
            Value predictions = call.floating("predictions");
            Value own = ops.gatherElements(predictions, targets, -1);
            Value above = ops.reduceSum(ops.cast(ops.greater(predictions, own), DataType.INT32), false, -1);
            return ops.less(above, ops.like(above, k));
        };
    }

    /** Rows of one segment reduced to one; rows of no segment, whose number is negative or too large, are left out. */
    private static Definition segments(double none, Reductions.Reduction reduction) {
        return Definition.configured(SEGMENTS, config -> {
            int wanted = config.integer("num_segments", -1);
            int count = wanted < 0 ? wanted : Bounds.elements(config, "num_segments", wanted);
            config.ignore("sorted");
            return call -> {
                Ops ops = call.ops();
                Value data = call.tensor("data");
                Value ids = ops.cast(call.tensor("segment_ids"), DataType.INT64);
                Value most = ops.reduceMax(ids, false, 0);
                Value segments = count >= 0
                        ? ops.constant(IntStream.range(0, count).asLongStream().toArray())
                        : upTo(ops, ops.add(most, ops.like(most, 1)), "segments");
                Value isOf = ops.equal(ops.unsqueeze(segments, 1), ops.unsqueeze(ids, 0));
                int[] behind = IntStream.range(2, data.shape().rank() + 1).toArray();
                Value each = behind.length == 0 ? isOf : ops.unsqueeze(isOf, behind);
                Value fill = ops.like(data, bounded(data.type(), none));
                return reduction.reduce(ops, ops.where(each, ops.unsqueeze(data, 0), fill), false, 1);
            };
        });
    }

    /** As TensorFlow, a segment of no rows has the type's own limit. */
    private static double bounded(DataType type, double number) {
        if (!Double.isInfinite(number)) {
            return number;
        }
        double[] limits = Limits.of(type);
        return number < 0 ? limits[0] : limits[1];
    }
}
