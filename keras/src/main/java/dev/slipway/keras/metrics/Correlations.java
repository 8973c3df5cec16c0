package dev.slipway.keras.metrics;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.losses.Ranks;
import dev.slipway.keras.losses.Targets;

/** How far numbers along an axis go together. Source: {@code keras.src.metrics.correlation_metrics} of Keras 3. */
final class Correlations {
    private static final double EPSILON = 1e-7;

    private Correlations() {}

    /** {@code mean(t' · p')}, both less their mean and divided by their standard deviation and 1e-7. */
    static Value pearson(Ops ops, Value target, Value prediction, int axis) {
        Ranks ranks = Targets.aligned(ops, target, prediction);
        Value product = ops.mul(standard(ops, ranks.first(), axis), standard(ops, ranks.second(), axis));
        return ops.reduceMean(product, false, axis);
    }

    private static Value standard(Ops ops, Value x, int axis) {
        Value centred = ops.sub(x, ops.reduceMean(x, true, axis));
        Value deviation = ops.sqrt(square(ops, centred, axis));
        return ops.div(centred, ops.add(deviation, ops.like(x, EPSILON)));
    }

    /** {@code 2 · cov(t, p) / (var(t) + var(p) + (mean(t) - mean(p))² + 1e-7)}. */
    static Value concordance(Ops ops, Value target, Value prediction, int axis) {
        Ranks ranks = Targets.aligned(ops, target, prediction);
        Value t = ops.sub(ranks.first(), ops.reduceMean(ranks.first(), true, axis));
        Value p = ops.sub(ranks.second(), ops.reduceMean(ranks.second(), true, axis));
        Value apart = ops.reduceMean(ops.sub(ranks.first(), ranks.second()), true, axis);
        Value spread = ops.add(square(ops, t, axis), square(ops, p, axis));
        Value norm = ops.add(ops.add(spread, ops.mul(apart, apart)), ops.like(t, EPSILON));
        return ops.reduceMean(ops.div(ops.mul(ops.mul(t, p), ops.like(t, 2)), norm), false, axis);
    }

    private static Value square(Ops ops, Value x, int axis) {
        return ops.reduceMean(ops.mul(x, x), true, axis);
    }
}
