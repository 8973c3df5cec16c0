package dev.slipway.keras.losses;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * {@code mean(max(1 - target · prediction, 0))} for targets -1 and 1; targets that are all 0 or 1 are taken for such.
 *
 * <p>Source: {@code keras.losses.Hinge}.
 */
final class Hinge extends Loss {
    Hinge(Config config) {
        super(config.text("name", "hinge"), reduction(config));
    }

    @Override
    public String className() {
        return "Hinge";
    }

    @Override
    public Value values(Ops ops, Value target, Value prediction) {
        return ops.reduceMean(Signs.shortfall(ops, target, prediction), false, -1);
    }
}
