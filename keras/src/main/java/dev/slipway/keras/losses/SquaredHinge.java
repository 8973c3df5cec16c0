package dev.slipway.keras.losses;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * {@code mean(max(1 - target · prediction, 0)²)} for targets -1 and 1; targets that are all 0 or 1 are taken for such.
 *
 * <p>Source: {@code keras.losses.SquaredHinge}.
 */
final class SquaredHinge extends Loss {
    SquaredHinge(Config config) {
        super(config.text("name", "squared_hinge"), reduction(config));
    }

    @Override
    public String className() {
        return "SquaredHinge";
    }

    @Override
    public Value values(Ops ops, Value target, Value prediction) {
        Value shortfall = Signs.shortfall(ops, target, prediction);
        return ops.reduceMean(ops.mul(shortfall, shortfall), false, -1);
    }
}
