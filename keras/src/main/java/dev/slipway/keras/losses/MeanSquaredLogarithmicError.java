package dev.slipway.keras.losses;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * {@code mean((ln(prediction + 1) - ln(target + 1))²)}, both first raised to at least 1e-7.
 *
 * <p>Source: {@code keras.losses.MeanSquaredLogarithmicError}.
 */
final class MeanSquaredLogarithmicError extends Loss {
    MeanSquaredLogarithmicError(Config config) {
        super(config.text("name", "mean_squared_logarithmic_error"), reduction(config));
    }

    @Override
    public String className() {
        return "MeanSquaredLogarithmicError";
    }

    @Override
    public Value values(Ops ops, Value target, Value prediction) {
        Value error = ops.sub(log(ops, prediction), log(ops, target));
        return ops.reduceMean(ops.mul(error, error), false, -1);
    }

    private static Value log(Ops ops, Value x) {
        return ops.log(ops.add(ops.max(x, ops.like(x, EPSILON)), ops.like(x, 1)));
    }
}
