package dev.slipway.keras.optimizers.schedules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * {@code initial · decay ^ (step / steps)}, the exponent rounded down for a staircase.
 *
 * <p>Source: {@code keras.optimizers.schedules.ExponentialDecay}.
 */
record ExponentialDecay(double initial, double steps, double decay, boolean staircase, String name)
        implements LearningRateSchedule {
    static ExponentialDecay read(Config config) {
        return new ExponentialDecay(
                Required.number(config, "initial_learning_rate"),
                Required.steps(config, "decay_steps"),
                Required.number(config, "decay_rate"),
                config.truth("staircase", false),
                config.text("name", "ExponentialDecay"));
    }

    @Override
    public String className() {
        return "ExponentialDecay";
    }

    @Override
    public ObjectNode config() {
        return Config.json()
                .put("initial_learning_rate", initial)
                .put("decay_steps", steps)
                .put("decay_rate", decay)
                .put("staircase", staircase)
                .put("name", name);
    }

    @Override
    public Value at(Ops ops, Value iteration) {
        Value part = ops.div(ops.cast(iteration, DataType.FLOAT), Required.scalar(ops, steps));
        Value exponent = staircase ? ops.floor(part) : part;
        return ops.mul(Required.scalar(ops, initial), ops.pow(Required.scalar(ops, decay), exponent));
    }
}
