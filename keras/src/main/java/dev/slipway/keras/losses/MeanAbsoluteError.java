package dev.slipway.keras.losses;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/** {@code mean(|target - prediction|)}. Source: {@code keras.losses.MeanAbsoluteError}. */
final class MeanAbsoluteError extends Loss {
    MeanAbsoluteError(Config config) {
        super(config.text("name", "mean_absolute_error"), reduction(config));
    }

    @Override
    public String className() {
        return "MeanAbsoluteError";
    }

    @Override
    public Value values(Ops ops, Value target, Value prediction) {
        return ops.reduceMean(ops.abs(ops.sub(target, prediction)), false, -1);
    }
}
