package dev.slipway.keras.optimizers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * Gradient descent: {@code w -= rate · g}; with momentum {@code m = momentum · m - rate · g} and {@code w += m}, or with
 * Nesterov's {@code w += momentum · m - rate · g}.
 *
 * <p>Source: {@code keras.optimizers.SGD}.
 */
final class SGD extends Optimizer {
    private final double momentum;
    private final boolean nesterov;

    private SGD(OptimizerOptions options, double momentum, boolean nesterov) {
        super(options);
        this.momentum = momentum;
        this.nesterov = nesterov;
    }

    static SGD read(Config config) {
        double momentum = config.number("momentum", 0);
        if (!(momentum >= 0 && momentum <= 1)) {
            throw config.refused("momentum", String.valueOf(momentum), "0 to 1");
        }
        return new SGD(OptimizerOptions.read(config, "SGD", 0.01), momentum, config.truth("nesterov", false));
    }

    @Override
    public String className() {
        return "SGD";
    }

    @Override
    void writeConfig(ObjectNode config) {
        config.put("momentum", momentum).put("nesterov", nesterov);
    }

    @Override
    public List<List<Slot>> slotGroups(Trained weight) {
        return momentum == 0 ? List.of() : List.of(List.of(Slot.like(weight, "momentum")));
    }

    @Override
    Rule rule(Step step) {
        Ops ops = step.ops();
        Value factor = step.scalar(momentum);
        return (weight, gradient, slots) -> {
            Value change = ops.mul(gradient, step.rate());
            if (momentum == 0) {
                return List.of(ops.sub(weight, change));
            }
            Value moved = ops.sub(ops.mul(slots.get(0), factor), change);
            Value ahead = nesterov ? ops.sub(ops.mul(moved, factor), change) : moved;
            return List.of(ops.add(weight, ahead), moved);
        };
    }
}
