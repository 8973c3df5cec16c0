package dev.slipway.keras.optimizers.schedules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.OptionalDouble;

/**
 * Half a wave of the cosine, from {@code from} to {@code from · alpha}: {@code from · ((1 - alpha) · 0.5 · (1 + cos(π ·
 * step / steps)) + alpha)}. With a target, the rate rises in a line from the initial one to the target first, in
 * {@code warmupSteps}, and falls from there.
 *
 * <p>Source: {@code keras.optimizers.schedules.CosineDecay}; I. Loshchilov, F. Hutter, "SGDR", 2016.
 */
record CosineDecay(
        double initial, double steps, double alpha, String name, OptionalDouble warmupTarget, double warmupSteps)
        implements LearningRateSchedule {
    static CosineDecay read(Config config) {
        OptionalDouble target = config.find("warmup_target").isPresent()
                ? OptionalDouble.of(config.number("warmup_target", 0))
                : OptionalDouble.empty();
        return new CosineDecay(
                Required.number(config, "initial_learning_rate"),
                Required.steps(config, "decay_steps"),
                config.number("alpha", 0),
                config.text("name", "CosineDecay"),
                target,
                config.number("warmup_steps", 0));
    }

    @Override
    public String className() {
        return "CosineDecay";
    }

    @Override
    public ObjectNode config() {
        ObjectNode config = Config.json()
                .put("initial_learning_rate", initial)
                .put("decay_steps", steps)
                .put("alpha", alpha)
                .put("name", name);
        warmupTarget.ifPresentOrElse(
                target -> config.put("warmup_target", target), () -> config.putNull("warmup_target"));
        return config.put("warmup_steps", warmupSteps);
    }

    @Override
    public Value at(Ops ops, Value iteration) {
        Value step = ops.cast(iteration, DataType.FLOAT);
        Value length = Required.scalar(ops, steps);
        Value first = Required.scalar(ops, initial);
        if (warmupTarget.isEmpty()) {
            return decayed(ops, ops.min(step, length), first);
        }
        Value target = Required.scalar(ops, warmupTarget.getAsDouble());
        Value warmup = Required.scalar(ops, warmupSteps);
        Value bounded = ops.min(step, ops.add(length, warmup));
        Value risen = ops.add(ops.mul(ops.sub(target, first), ops.div(bounded, warmup)), first);
        return ops.where(ops.less(bounded, warmup), risen, decayed(ops, ops.sub(bounded, warmup), target));
    }

    private Value decayed(Ops ops, Value step, Value from) {
        Value angle = ops.mul(Required.scalar(ops, Math.PI), ops.div(step, Required.scalar(ops, steps)));
        Value wave = ops.mul(Required.scalar(ops, 0.5), ops.add(Required.scalar(ops, 1), ops.cos(angle)));
        Value part = ops.add(ops.mul(Required.scalar(ops, 1 - alpha), wave), Required.scalar(ops, alpha));
        return ops.mul(from, part);
    }
}
