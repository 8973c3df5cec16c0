package dev.slipway.keras.losses;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * {@code mean(ln(cosh(e)))}, {@code e} being {@code prediction - target}; computed as
 * {@code e + softplus(-2e) - ln(2)}, which does not overflow.
 *
 * <p>Source: {@code keras.losses.LogCosh}.
 */
final class LogCosh extends Loss {
    LogCosh(Config config) {
        super(config.text("name", "log_cosh"), reduction(config));
    }

    @Override
    public String className() {
        return "LogCosh";
    }

    @Override
    public Value values(Ops ops, Value target, Value prediction) {
        Value error = ops.sub(prediction, target);
        Value soft = ops.softplus(ops.mul(error, ops.like(error, -2)));
        Value values = ops.sub(ops.add(error, soft), ops.like(error, Math.log(2)));
        return ops.reduceMean(values, false, -1);
    }
}
