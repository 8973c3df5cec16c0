package dev.slipway.keras.metrics;

import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Above what predictions count as positive.
 *
 * <p>Source: {@code keras.src.metrics.metrics_utils} of Keras 3.9.
 *
 * @param values in rising order if they are even
 * @param areEven whether they part {@code [0, 1]} evenly; then predictions are sorted into buckets instead of compared
 * @param reachBeyond whether the first lies a little below 0 and the last above 1
 */
record Thresholds(List<Double> values, boolean areEven, boolean reachBeyond) {
    private static final double EPSILON = 1e-7;

    /** Stands below all predictions: with {@code top_k}, all that are left count. */
    static final double BELOW_ALL = -1e10;

    static Thresholds read(Config config, double absent) {
        double[] given = config.numbers("thresholds").orElse(new double[] {absent});
        for (double threshold : given) {
            if (!(threshold >= 0 && threshold <= 1) && threshold != absent) {
                throw config.refused("thresholds", threshold + "", "numbers in [0, 1]");
            }
        }
        List<Double> values = DoubleStream.of(given).boxed().toList();
        return new Thresholds(values, areEven(values), false);
    }

    /** From 0 to 1 at equal distances. */
    static Thresholds even(Config config, int count) {
        if (count < 1) {
            throw config.refused("num_thresholds", count + "", "a whole number > 0");
        }
        return count == 1 ? new Thresholds(List.of(0.5), false, false) : new Thresholds(spread(count), true, false);
    }

    /** Those of a curve: a little below 0, some between, a little above 1. */
    static Thresholds curve(Config config) {
        int count = config.integer("num_thresholds", 200);
        if (count < 2) {
            throw config.refused("num_thresholds", count + "", "a whole number > 1");
        }
        List<Double> values = config.numbers("thresholds")
                .map(given -> {
                    List<Double> all = new ArrayList<>(List.of(0.0));
                    DoubleStream.of(given).sorted().forEach(all::add);
                    all.add(1.0);
                    return all;
                })
                .orElseGet(() -> spread(count));
        boolean areEven = areEven(values) || !config.find("thresholds").isPresent();
        List<Double> beyond = new ArrayList<>(values);
        beyond.set(0, -EPSILON);
        beyond.set(beyond.size() - 1, 1 + EPSILON);
        return new Thresholds(beyond, areEven, true);
    }

    private static List<Double> spread(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> i / (count - 1.0))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static boolean areEven(List<Double> values) {
        int last = values.size() - 1;
        return last >= 2
                && IntStream.rangeClosed(0, last).allMatch(i -> {
                    double even = i / (double) last;
                    return Math.abs(values.get(i) - even) <= EPSILON + 1e-5 * even;
                });
    }

    /** How many positive predictions weigh what, {@code [thresholds, labels]}, for predictions {@code [rows, labels]}. */
    Value above(Ops ops, Value prediction, Value weights) {
        return areEven ? aboveBuckets(ops, prediction, weights) : aboveEach(ops, prediction, weights);
    }

    private Value aboveEach(Ops ops, Value prediction, Value weights) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i).floatValue();
        }
        Value each = ops.constant(Constant.of(Shape.of(floats.length, 1, 1), floats));
        Value isAbove = ops.cast(ops.greater(ops.unsqueeze(prediction, 0), each), weights.type());
        return ops.reduceSum(ops.mul(isAbove, ops.unsqueeze(weights, 0)), false, 1);
    }

    /** A prediction is above the threshold at its bucket and all before; one that is above none goes into one behind. */
    private Value aboveBuckets(Ops ops, Value prediction, Value weights) {
        int count = values.size();
        Value scaled = ops.mul(ops.clip(prediction, 0, 1), ops.like(prediction, count - 1));
        Value bucket = ops.sub(ops.ceil(scaled), ops.like(scaled, 1));
        Value first = ops.like(bucket, 0);
        Value placed = reachBeyond
                ? ops.max(bucket, first)
                : ops.where(ops.less(bucket, first), ops.like(bucket, count), bucket);
        long labels = prediction.shape().size(1);
        Value empty = ops.constant(Constant.of(Shape.of(count + 1, labels), new float[(int) ((count + 1) * labels)]));
        Value places = ops.cast(placed, DataType.INT64);
        Value filled = ops.scatterElements(empty, places, weights, 0, true);
        return ops.cumSum(ops.slice(filled, 0, 0, count), 0, true);
    }
}
