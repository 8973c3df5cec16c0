package dev.slipway.keras.losses;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * {@code max(max((1 - target) · prediction) - sum(target · prediction) + 1, 0)} along the last axis.
 *
 * <p>Source: {@code keras.losses.CategoricalHinge}.
 */
final class CategoricalHinge extends Loss {
    CategoricalHinge(Config config) {
        super(config.text("name", "categorical_hinge"), reduction(config));
    }

    @Override
    public String className() {
        return "CategoricalHinge";
    }

    @Override
    public Value values(Ops ops, Value target, Value prediction) {
        Value right = ops.reduceSum(ops.mul(target, prediction), false, -1);
        Value others = ops.mul(ops.sub(ops.like(target, 1), target), prediction);
        Value wrong = ops.reduceMax(others, false, -1);
        return ops.max(ops.add(ops.sub(wrong, right), ops.like(wrong, 1)), ops.like(wrong, 0));
    }
}
