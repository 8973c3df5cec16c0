package dev.slipway.keras.optimizers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.OptionalInt;

/**
 * The moving mean of each weight over the steps: {@code average = momentum · average + (1 - momentum) · weight}, the
 * weight itself at first. Every {@code overwriteFrequency} steps, and when {@code fit} ends, it takes the weight's place.
 *
 * <p>Source: {@code use_ema}, {@code ema_momentum}, {@code ema_overwrite_frequency} of {@code keras.optimizers.Optimizer}.
 *
 * @param isUsed whether means are kept
 * @param momentum how much of a mean stays, 0 to 1
 * @param overwriteFrequency after how many steps it takes the weight's place; empty for only in the end
 */
public record Averaging(boolean isUsed, double momentum, OptionalInt overwriteFrequency) {
    /** The name of the slot. */
    public static final String SLOT = "average";

    static final Averaging NONE = new Averaging(false, 0.99, OptionalInt.empty());

    static Averaging read(Config config) {
        boolean isUsed = config.truth("use_ema", false);
        double momentum = config.number("ema_momentum", NONE.momentum);
        OptionalInt frequency = OptimizerOptions.whole(config, "ema_overwrite_frequency");
        if (isUsed && !(momentum >= 0 && momentum <= 1)) {
            throw config.refused("ema_momentum", String.valueOf(momentum), "0 to 1");
        }
        if (isUsed && frequency.isPresent() && frequency.getAsInt() < 1) {
            throw config.refused("ema_overwrite_frequency", String.valueOf(frequency.getAsInt()), ">= 1, or not set");
        }
        return new Averaging(isUsed, momentum, frequency);
    }

    void write(ObjectNode config) {
        config.put("use_ema", isUsed).put("ema_momentum", momentum);
        overwriteFrequency.ifPresentOrElse(
                n -> config.put("ema_overwrite_frequency", n), () -> config.putNull("ema_overwrite_frequency"));
    }

    /** The momentum of a step: none at the first, when there is no mean yet. */
    Value momentumAt(Ops ops, Value iteration, DataType type) {
        Value isLater = ops.not(ops.equal(iteration, ops.constant(DataType.INT64, 0)));
        return ops.mul(ops.cast(isLater, type), ops.constant(type, momentum));
    }

    static Value next(Ops ops, Value average, Value weight, Value momentum) {
        Value rest = ops.sub(ops.like(momentum, 1), momentum);
        return ops.add(ops.mul(momentum, average), ops.mul(rest, weight));
    }
}
