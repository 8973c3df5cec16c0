package dev.slipway.keras.losses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * The mean of {@code e² / 2} where {@code |e| <= δ}, and of {@code δ · |e| - δ² / 2} elsewhere, {@code e} being
 * {@code prediction - target}. Source: {@code keras.losses.Huber}.
 */
final class Huber extends Loss {
    private final double delta;

    Huber(Config config) {
        super(config.text("name", "huber_loss"), reduction(config));
        this.delta = config.number("delta", 1);
    }

    @Override
    public String className() {
        return "Huber";
    }

    @Override
    protected void writeConfig(ObjectNode config) {
        config.put("delta", delta);
    }

    @Override
    public Value values(Ops ops, Value target, Value prediction) {
        Value error = ops.sub(prediction, target);
        Value size = ops.abs(error);
        Value square = ops.mul(ops.mul(error, error), ops.like(error, 0.5));
        Value line = ops.sub(ops.mul(size, ops.like(error, delta)), ops.like(error, delta * delta / 2));
        return ops.reduceMean(ops.where(ops.lessOrEqual(size, ops.like(size, delta)), square, line), false, -1);
    }
}
