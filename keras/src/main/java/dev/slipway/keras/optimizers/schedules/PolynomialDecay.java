package dev.slipway.keras.optimizers.schedules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * {@code (initial - end) · (1 - step / steps) ^ power + end}, staying at the end after {@code steps}; in a cycle
 * {@code steps} is stretched to the next of its multiples instead.
 *
 * <p>Source: {@code keras.optimizers.schedules.PolynomialDecay}.
 */
record PolynomialDecay(double initial, double steps, double end, double power, boolean cycle, String name)
        implements LearningRateSchedule {
    static PolynomialDecay read(Config config) {
        return new PolynomialDecay(
                Required.number(config, "initial_learning_rate"),
                Required.steps(config, "decay_steps"),
                config.number("end_learning_rate", 0.0001),
                config.number("power", 1),
                config.truth("cycle", false),
                config.text("name", "PolynomialDecay"));
    }

    @Override
    public String className() {
        return "PolynomialDecay";
    }

    @Override
    public ObjectNode config() {
        return Config.json()
                .put("initial_learning_rate", initial)
                .put("decay_steps", steps)
                .put("end_learning_rate", end)
                .put("power", power)
                .put("cycle", cycle)
                .put("name", name);
    }

    @Override
    public Value at(Ops ops, Value iteration) {
        Value one = Required.scalar(ops, 1);
        Value step = ops.cast(iteration, DataType.FLOAT);
        Value length = Required.scalar(ops, steps);
        if (cycle) {
            Value isFirst = ops.equal(step, Required.scalar(ops, 0));
            length = ops.mul(length, ops.where(isFirst, one, ops.ceil(ops.div(step, length))));
        } else {
            step = ops.min(step, length);
        }
        Value left = ops.pow(ops.sub(one, ops.div(step, length)), Required.scalar(ops, power));
        Value last = Required.scalar(ops, end);
        return ops.add(ops.mul(ops.sub(Required.scalar(ops, initial), last), left), last);
    }
}
