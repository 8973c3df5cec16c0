package dev.slipway.keras.optimizers.schedules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * {@link CosineDecay} again and again: each time {@code tMul} times as long as before, beginning at {@code mMul} times
 * the rate.
 *
 * <p>Source: {@code keras.optimizers.schedules.CosineDecayRestarts}; I. Loshchilov, F. Hutter, "SGDR", 2016.
 */
record CosineDecayRestarts(double initial, double firstSteps, double tMul, double mMul, double alpha, String name)
        implements LearningRateSchedule {
    static CosineDecayRestarts read(Config config) {
        return new CosineDecayRestarts(
                Required.number(config, "initial_learning_rate"),
                Required.steps(config, "first_decay_steps"),
                config.number("t_mul", 2),
                config.number("m_mul", 1),
                config.number("alpha", 0),
                config.text("name", "SGDRDecay"));
    }

    @Override
    public String className() {
        return "CosineDecayRestarts";
    }

    @Override
    public ObjectNode config() {
        return Config.json()
                .put("initial_learning_rate", initial)
                .put("first_decay_steps", firstSteps)
                .put("t_mul", tMul)
                .put("m_mul", mMul)
                .put("alpha", alpha)
                .put("name", name);
    }

    @Override
    public Value at(Ops ops, Value iteration) {
        Value one = Required.scalar(ops, 1);
        Value times = ops.div(ops.cast(iteration, DataType.FLOAT), Required.scalar(ops, firstSteps));
        Value restarts = restarts(ops, times);
        Value done = done(ops, times, restarts);
        Value height = ops.mul(Required.scalar(ops, 0.5), ops.pow(Required.scalar(ops, mMul), restarts));
        Value wave = ops.mul(height, ops.add(one, ops.cos(ops.mul(Required.scalar(ops, Math.PI), done))));
        Value first = Required.scalar(ops, alpha);
        return ops.mul(Required.scalar(ops, initial), ops.add(ops.mul(ops.sub(one, first), wave), first));
    }

    /** How often the decay has begun anew: the periods are a geometric series. */
    private Value restarts(Ops ops, Value times) {
        if ((float) tMul == 1) {
            return ops.floor(times);
        }
        Value one = Required.scalar(ops, 1);
        Value factor = Required.scalar(ops, tMul);
        Value series = ops.sub(one, ops.mul(times, ops.sub(one, factor)));
        return ops.floor(ops.div(ops.log(series), ops.log(factor)));
    }

    /** What part of the current decay is done. */
    private Value done(Ops ops, Value times, Value restarts) {
        if ((float) tMul == 1) {
            return ops.sub(times, restarts);
        }
        Value one = Required.scalar(ops, 1);
        Value factor = Required.scalar(ops, tMul);
        Value length = ops.pow(factor, restarts);
        Value before = ops.div(ops.sub(one, length), ops.sub(one, factor));
        return ops.div(ops.sub(times, before), length);
    }
}
