package dev.slipway.keras.losses;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * {@code mean(prediction - target · ln(prediction + 1e-7))}.
 *
 * <p>Source: {@code keras.losses.Poisson}.
 */
final class Poisson extends Loss {
    Poisson(Config config) {
        super(config.text("name", "poisson"), reduction(config));
    }

    @Override
    public String className() {
        return "Poisson";
    }

    @Override
    public Value values(Ops ops, Value target, Value prediction) {
        Value logs = ops.log(ops.add(prediction, ops.like(prediction, EPSILON)));
        return ops.reduceMean(ops.sub(prediction, ops.mul(target, logs)), false, -1);
    }
}
