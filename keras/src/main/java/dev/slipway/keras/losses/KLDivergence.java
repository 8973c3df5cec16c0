package dev.slipway.keras.losses;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * {@code sum(target · ln(target / prediction))} along the last axis, both clipped to {@code [1e-7, 1]}.
 *
 * <p>Source: {@code keras.losses.KLDivergence}.
 */
final class KLDivergence extends Loss {
    KLDivergence(Config config) {
        super(config.text("name", "kl_divergence"), reduction(config));
    }

    @Override
    public String className() {
        return "KLDivergence";
    }

    @Override
    public Value values(Ops ops, Value target, Value prediction) {
        Value t = ops.clip(target, EPSILON, 1);
        Value p = ops.clip(prediction, EPSILON, 1);
        return ops.reduceSum(ops.mul(t, ops.log(ops.div(t, p))), false, -1);
    }
}
