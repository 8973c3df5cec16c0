package dev.slipway.keras.metrics;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.losses.Ranks;
import dev.slipway.keras.losses.SampleWeights;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One number for each row, weighted, and what the rows weigh. Where a row has several numbers, such as one a time step, it
 * is their mean that counts, and the mean of their weights.
 *
 * <p>Source: {@code keras.src.metrics.reduction_metrics.reduce_to_samplewise_values} of Keras 3.9.
 *
 * @param values {@code [batch]}
 * @param weights {@code [batch]}; empty if each row weighs 1
 */
record Rows(Value values, Optional<Value> weights) {
    static Rows of(Ops ops, Value numbers, Optional<Value> weights) {
        if (weights.isEmpty()) {
            return new Rows(meanFrom(ops, numbers, 1), weights);
        }
        Ranks ranks = Ranks.same(ops, numbers, weights.get());
        Value reduced =
                meanFrom(ops, ranks.first(), Math.max(1, ranks.second().shape().rank()));
        Value weighted = SampleWeights.product(ops, reduced, ranks.second());
        Value spread = ops.expandLike(ranks.second(), reduced);
        return new Rows(meanFrom(ops, weighted, 1), Optional.of(meanFrom(ops, spread, 1)));
    }

    /** The mean over an axis and all behind it. */
    private static Value meanFrom(Ops ops, Value x, int axis) {
        int[] axes = IntStream.range(axis, x.shape().rank()).toArray();
        return axes.length == 0 ? x : ops.reduceMean(x, false, axes);
    }

    /** What all rows weigh. */
    Value count(Ops ops) {
        return weights.map(w -> ops.reduceSum(w, false)).orElseGet(() -> ops.cast(ops.size(values), DataType.FLOAT));
    }
}
