package dev.slipway.keras.metrics;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.losses.Outcome;
import dev.slipway.keras.losses.Ranks;
import dev.slipway.keras.losses.SampleWeights;
import dev.slipway.keras.losses.Targets;
import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * {@code 1 - sum((t - p)²) / sum((t - mean(t))²)} of each column, or their average; adjusted for a number of regressors
 * {@code r} to {@code 1 - (1 - score) · (n - 1) / (n - r - 1)}, {@code n} being the number of targets.
 *
 * <p>Source: {@code keras.metrics.R2Score} of Keras 3.9.
 *
 * @param name the name under which it is shown
 * @param aggregation {@code uniform_average}, {@code variance_weighted_average}, or {@code none} to show each column
 * @param regressors how many independent variables there are; 0 for the score as it is
 * @param columns the length of the last axis
 */
record R2Score(String name, String aggregation, int regressors, int columns) implements Metric {
    static Metric read(Config config) {
        String absent = config.isNull("class_aggregation") ? "none" : "uniform_average";
        String aggregation = config.text("class_aggregation", absent);
        if (!List.of("none", "uniform_average", "variance_weighted_average").contains(aggregation)) {
            throw config.refused(
                    "class_aggregation", aggregation, "null, uniform_average or variance_weighted_average");
        }
        int regressors = config.integer("num_regressors", 0);
        if (regressors < 0) {
            throw config.refused("num_regressors", regressors + "", ">= 0");
        }
        return new R2Score(config.text("name", "r2_score"), aggregation, regressors, 1);
    }

    @Override
    public Metric fitted(Shape target, Shape prediction) {
        if (prediction.rank() != 2) {
            throw new IllegalArgumentException(
                    "metric '" + name + "': output of shape " + prediction + " (expected: [batch, columns])");
        }
        return new R2Score(name, aggregation, regressors, (int) prediction.size(1));
    }

    /** Sums of squares, of targets, of squared errors, of weights; and the number of targets. */
    @Override
    public List<Shape> state() {
        List<Shape> state = new ArrayList<>(Collections.nCopies(4, Shape.of(columns)));
        state.add(Shape.scalar());
        return state;
    }

    @Override
    public List<Value> update(Ops ops, List<Value> state, Outcome outcome) {
        Ranks ranks = Targets.aligned(ops, outcome.target(), ops.cast(outcome.prediction(), DataType.FLOAT));
        Value t = ranks.first();
        Value ones = ops.expandLike(ops.like(t, 1), t);
        Value weight = outcome.sampleWeight()
                .map(w -> SampleWeights.product(ops, ones, ops.cast(w, DataType.FLOAT)))
                .orElse(ones);
        Value error = ops.sub(t, ranks.second());
        Value count = ops.cast(ops.size(t), DataType.FLOAT);
        return List.of(
                ops.add(state.get(0), sum(ops, ops.mul(t, t), weight)),
                ops.add(state.get(1), sum(ops, t, weight)),
                ops.add(state.get(2), sum(ops, ops.mul(error, error), weight)),
                ops.add(state.get(3), ops.reduceSum(weight, false, 0)),
                ops.add(state.get(4), count));
    }

    private static Value sum(Ops ops, Value x, Value weight) {
        return ops.reduceSum(ops.mul(x, weight), false, 0);
    }

    @Override
    public double[] result(List<Tensor> state) {
        double[] scores = new double[columns];
        double[] totals = new double[columns];
        double average = 0;
        double weighted = 0;
        double allTotals = 0;
        for (int i = 0; i < columns; i++) {
            double sum = state.get(1).element(i);
            totals[i] = state.get(0).element(i) - sum * sum / state.get(3).element(i);
            double score = 1 - state.get(2).element(i) / totals[i];
            scores[i] = Double.isInfinite(score) ? 0 : score;
            average += scores[i] / columns;
            weighted += scores[i] * totals[i];
            allTotals += totals[i];
        }
        double count = state.get(4).element(0);
        return switch (aggregation) {
            case "none" ->
                Arrays.stream(scores).map(score -> adjusted(score, count)).toArray();
            case "uniform_average" -> new double[] {adjusted(average, count)};
            default -> new double[] {adjusted(weighted / allTotals, count)};
        };
    }

    /** Too few targets leave the score as it is. */
    private double adjusted(double score, double count) {
        boolean isAdjusted = regressors > 0 && regressors < count - 1;
        return isAdjusted ? 1 - (1 - score) * (count - 1) / (count - regressors - 1) : score;
    }
}
