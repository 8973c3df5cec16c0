package dev.slipway.keras.optimizers.schedules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * {@code initial / (1 + decay · step / steps)}, the quotient rounded down for a staircase.
 *
 * <p>Source: {@code keras.optimizers.schedules.InverseTimeDecay}.
 */
record InverseTimeDecay(double initial, double steps, double decay, boolean staircase, String name)
        implements LearningRateSchedule {
    static InverseTimeDecay read(Config config) {
        return new InverseTimeDecay(
                Required.number(config, "initial_learning_rate"),
                Required.steps(config, "decay_steps"),
                Required.number(config, "decay_rate"),
                config.truth("staircase", false),
                config.text("name", "InverseTimeDecay"));
    }

    @Override
    public String className() {
        return "InverseTimeDecay";
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
        Value time = ops.mul(Required.scalar(ops, decay), staircase ? ops.floor(part) : part);
        return ops.div(Required.scalar(ops, initial), ops.add(Required.scalar(ops, 1), time));
    }
}
