package dev.slipway.keras.metrics;

import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.losses.Outcome;
import dev.slipway.keras.losses.Ranks;
import dev.slipway.keras.losses.SampleWeights;
import dev.slipway.runtime.Tensor;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A number made of how many predictions are true or false, positive or negative, for each threshold. Masks do not matter.
 *
 * <p>Source: {@code keras.src.metrics.confusion_metrics} of Keras 3.9.
 *
 * @param name the name under which it is shown
 * @param thresholds above what a prediction is positive
 * @param selection which predictions are looked at
 * @param labels how many labels are counted apart
 * @param finish what is made of the counts
 */
record ConfusionMetric(
        String name, Thresholds thresholds, Selection selection, int labels, Function<Counts, double[]> finish)
        implements Metric {
    /**
     * Which predictions are looked at.
     *
     * @param topK only the largest of a row are positive; 0 for all
     * @param classId only this class counts; empty for all
     * @param fromLogits whether predictions go through a sigmoid first
     * @param multiLabel whether labels are counted apart
     * @param labelWeights how much labels count; empty for all alike
     */
    record Selection(
            int topK, Optional<Integer> classId, boolean fromLogits, boolean multiLabel, List<Double> labelWeights) {
        static final Selection ALL = new Selection(0, Optional.empty(), false, false, List.of());
    }

    /**
     * What predictions were, each {@code [thresholds · labels]}, labels innermost.
     *
     * @param truePositives targets above the threshold
     * @param falsePositives others above it
     * @param trueNegatives others not above it
     * @param falseNegatives targets not above it
     * @param labels how many labels are counted apart
     */
    record Counts(
            List<Double> truePositives,
            List<Double> falsePositives,
            List<Double> trueNegatives,
            List<Double> falseNegatives,
            int labels) {
        int size() {
            return truePositives.size();
        }
    }

    @Override
    public Metric fitted(Shape target, Shape prediction) {
        if (!selection.multiLabel()) {
            return this;
        }
        if (prediction.rank() != 2) {
            throw new IllegalArgumentException("metric '" + name + "' with multi_label: output of shape " + prediction
                    + " (expected: [batch, labels])");
        }
        return new ConfusionMetric(name, thresholds, selection, (int) prediction.size(1), finish);
    }

    @Override
    public List<Shape> state() {
        return Collections.nCopies(4, Shape.of(thresholds.values().size(), labels));
    }

    @Override
    public List<Value> update(Ops ops, List<Value> state, Outcome outcome) {
        Value given = ops.cast(outcome.prediction(), DataType.FLOAT);
        Ranks ranks = Ranks.same(ops, selection.fromLogits() ? ops.sigmoid(given) : given, outcome.target());
        Value prediction = selected(ops, selection.topK() > 0 ? onlyLargest(ops, ranks.first()) : ranks.first());
        Value target = ops.cast(ops.cast(selected(ops, ranks.second()), DataType.BOOL), DataType.FLOAT);
        Value weights = weights(ops, outcome, prediction);
        Value positive = rows(ops, ops.mul(target, weights));
        Value negative = rows(ops, ops.mul(ops.sub(ops.like(target, 1), target), weights));
        Value flat = rows(ops, prediction);
        Value truePositives = thresholds.above(ops, flat, positive);
        Value falsePositives = thresholds.above(ops, flat, negative);
        Value trueNegatives = ops.sub(ops.reduceSum(negative, true, 0), falsePositives);
        Value falseNegatives = ops.sub(ops.reduceSum(positive, true, 0), truePositives);
        return List.of(
                ops.add(state.get(0), truePositives),
                ops.add(state.get(1), falsePositives),
                ops.add(state.get(2), trueNegatives),
                ops.add(state.get(3), falseNegatives));
    }

    private Value onlyLargest(Ops ops, Value x) {
        Value places = ops.topK(x, Dimension.of(selection.topK()), -1).get(1);
        Value hits = ops.reduceSum(ops.oneHot(places, x.shape().size(-1), x.type()), false, -2);
        return ops.where(ops.cast(hits, DataType.BOOL), x, ops.like(x, Thresholds.BELOW_ALL));
    }

    private Value selected(Ops ops, Value x) {
        return selection.classId().map(id -> ops.slice(x, -1, id, id + 1)).orElse(x);
    }

    private Value weights(Ops ops, Outcome outcome, Value prediction) {
        Value ones = ops.expandLike(ops.like(prediction, 1), prediction);
        Value weighted = outcome.sampleWeight()
                .map(w -> SampleWeights.product(ops, ones, ops.cast(w, DataType.FLOAT)))
                .orElse(ones);
        if (selection.multiLabel() || selection.labelWeights().isEmpty()) {
            return weighted;
        }
        float[] each = new float[selection.labelWeights().size()];
        for (int i = 0; i < each.length; i++) {
            each[i] = selection.labelWeights().get(i).floatValue();
        }
        return ops.mul(weighted, ops.constant(Constant.of(Shape.of(each.length), each)));
    }

    /** {@code [rows, labels]}; without labels counted apart, each number is a row. */
    private Value rows(Ops ops, Value x) {
        if (selection.multiLabel()) {
            return x;
        }
        Value vector = ops.concat(List.of(ops.constant(-1L), ops.constant(1L)), 0);
        return ops.reshape(x, vector, Shape.of(List.of(Dimension.symbol("predictions"), Dimension.of(1))));
    }

    @Override
    public double[] result(List<Tensor> state) {
        return finish.apply(new Counts(
                doubles(state.get(0)), doubles(state.get(1)), doubles(state.get(2)), doubles(state.get(3)), labels));
    }

    private static List<Double> doubles(Tensor tensor) {
        return IntStream.range(0, (int) tensor.shape().elementCount())
                .mapToObj(tensor::element)
                .toList();
    }
}
