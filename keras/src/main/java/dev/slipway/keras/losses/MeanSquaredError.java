package dev.slipway.keras.losses;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/** {@code mean((target - prediction)²)}. Source: {@code keras.losses.MeanSquaredError}. */
final class MeanSquaredError extends Loss {
    MeanSquaredError(Config config) {
        super(config.text("name", "mean_squared_error"), reduction(config));
    }

    @Override
    public String className() {
        return "MeanSquaredError";
    }

    @Override
    public Value values(Ops ops, Value target, Value prediction) {
        Value error = ops.sub(prediction, target);
        return ops.reduceMean(ops.mul(error, error), false, -1);
    }
}
