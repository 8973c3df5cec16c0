package dev.slipway.keras.metrics;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.losses.Outcome;
import dev.slipway.keras.losses.SampleWeights;
import dev.slipway.keras.losses.Targets;
import dev.slipway.runtime.Tensor;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * {@code (1 + beta²) · precision · recall / (beta² · precision + recall + 1e-7)} of each class, or an average; also
 * precision and recall have 1e-7 below. Outputs and targets are {@code [batch, classes]}.
 *
 * <p>Source: {@code keras.metrics.FBetaScore} of Keras 3.9.
 *
 * @param name the name under which it is shown
 * @param average {@code micro} counts all classes together, {@code macro} averages them, {@code weighted} by how often they
 *     are targets; {@code none} shows each
 * @param beta how many times recall counts as much as precision
 * @param threshold above what a class is predicted; empty for the largest only
 * @param classes how many there are
 */
record FBeta(String name, String average, double beta, Optional<Double> threshold, int classes) implements Metric {
    private static final double EPSILON = 1e-7;

    /** A prediction of less is none, even if it is the largest. */
    private static final double NOTHING = 1e-9;

    static Metric read(Config config, String name, double beta) {
        String average = config.text("average", "none");
        if (!List.of("none", "micro", "macro", "weighted").contains(average)) {
            throw config.refused("average", average, "null, micro, macro or weighted");
        }
        Optional<Double> threshold = config.find("threshold").map(found -> config.number("threshold", 0));
        threshold.filter(t -> !(t > 0 && t <= 1)).ifPresent(t -> {
            throw config.refused("threshold", t + "", "above 0, at most 1");
        });
        return new FBeta(config.text("name", name), average, beta, threshold, 1);
    }

    @Override
    public Metric fitted(Shape target, Shape prediction) {
        if (target.rank() != 2 || prediction.rank() != 2) {
            throw new IllegalArgumentException("metric '" + name + "': targets of shape " + target
                    + " and output of shape " + prediction + " (expected: both [batch, classes])");
        }
        return new FBeta(name, average, beta, threshold, (int) prediction.size(1));
    }

    @Override
    public List<Shape> state() {
        return Collections.nCopies(4, average.equals("micro") ? Shape.scalar() : Shape.of(classes));
    }

    @Override
    public List<Value> update(Ops ops, List<Value> state, Outcome outcome) {
        Value p = predicted(ops, ops.cast(outcome.prediction(), DataType.FLOAT));
        Value t = Targets.aligned(ops, outcome.target(), p).first();
        Value one = ops.like(t, 1);
        List<Value> counts = List.of(ops.mul(p, t), ops.mul(p, ops.sub(one, t)), ops.mul(ops.sub(one, p), t), t);
        return IntStream.range(0, counts.size())
                .mapToObj(i -> ops.add(state.get(i), sum(ops, counts.get(i), outcome.sampleWeight())))
                .toList();
    }

    private Value predicted(Ops ops, Value x) {
        Value largest = ops.reduceMax(x, true, -1);
        Value isSome = ops.greater(ops.abs(x), ops.like(x, NOTHING));
        Value isPredicted = threshold
                .map(t -> ops.greater(x, ops.like(x, t)))
                .orElseGet(() -> ops.and(ops.greaterOrEqual(x, largest), isSome));
        return ops.cast(isPredicted, DataType.FLOAT);
    }

    private Value sum(Ops ops, Value counts, Optional<Value> weight) {
        Value weighted = weight.map(w -> SampleWeights.product(ops, counts, ops.cast(w, DataType.FLOAT)))
                .orElse(counts);
        return average.equals("micro") ? ops.reduceSum(weighted, false) : ops.reduceSum(weighted, false, 0);
    }

    @Override
    public double[] result(List<Tensor> state) {
        double[] scores = IntStream.range(0, (int) state.get(0).shape().elementCount())
                .mapToDouble(i -> score(state, i))
                .toArray();
        return switch (average) {
            case "none" -> scores;
            case "weighted" -> new double[] {weighted(scores, state.get(3))};
            default ->
                new double[] {
                    IntStream.range(0, scores.length)
                            .mapToDouble(i -> scores[i])
                            .average()
                            .orElseThrow()
                };
        };
    }

    private double score(List<Tensor> state, int i) {
        double right = state.get(0).element(i);
        double precision = right / (right + state.get(1).element(i) + EPSILON);
        double recall = right / (right + state.get(2).element(i) + EPSILON);
        double square = beta * beta;
        return precision * recall / (square * precision + recall + EPSILON) * (1 + square);
    }

    private static double weighted(double[] scores, Tensor weights) {
        double total = EPSILON;
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
            total += weights.element(i);
            sum += scores[i] * weights.element(i);
        }
        return sum / total;
    }
}
