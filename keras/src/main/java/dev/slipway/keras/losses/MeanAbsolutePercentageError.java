package dev.slipway.keras.losses;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * {@code 100 · mean(|target - prediction| / max(|target|, 1e-7))}.
 *
 * <p>Source: {@code keras.losses.MeanAbsolutePercentageError}.
 */
final class MeanAbsolutePercentageError extends Loss {
    MeanAbsolutePercentageError(Config config) {
        super(config.text("name", "mean_absolute_percentage_error"), reduction(config));
    }

    @Override
    public String className() {
        return "MeanAbsolutePercentageError";
    }

    @Override
    public Value values(Ops ops, Value target, Value prediction) {
        Value size = ops.max(ops.abs(target), ops.like(target, EPSILON));
        Value share = ops.abs(ops.div(ops.sub(target, prediction), size));
        return ops.mul(ops.reduceMean(share, false, -1), ops.like(share, 100));
    }
}
