package dev.slipway.keras.optimizers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * Steps of one length: {@code w -= rate · sign(β1 · m + (1 - β1) · g)}, {@code m = β2 · m + (1 - β2) · g}.
 *
 * <p>Source: {@code keras.optimizers.Lion}; X. Chen and others, "Symbolic Discovery of Optimization Algorithms", 2023.
 */
final class Lion extends Optimizer {
    private final double beta1;
    private final double beta2;

    private Lion(Config config) {
        super(OptimizerOptions.read(config, "lion", 0.001));
        beta1 = config.number("beta_1", 0.9);
        beta2 = config.number("beta_2", 0.99);
        if (!(beta1 > 0 && beta1 <= 1)) {
            throw config.refused("beta_1", String.valueOf(beta1), "above 0, to 1");
        }
    }

    static Lion read(Config config) {
        return new Lion(config);
    }

    @Override
    public String className() {
        return "Lion";
    }

    @Override
    void writeConfig(ObjectNode config) {
        config.put("beta_1", beta1).put("beta_2", beta2);
    }

    @Override
    public List<List<Slot>> slotGroups(Trained weight) {
        return List.of(List.of(Slot.like(weight, "momentum")));
    }

    @Override
    Rule rule(Step step) {
        Ops ops = step.ops();
        return (weight, gradient, slots) -> {
            Value direction = ops.sign(step.mean(slots.get(0), gradient, beta1));
            Value moved = step.mean(slots.get(0), gradient, beta2);
            return List.of(ops.sub(weight, ops.mul(step.rate(), direction)), moved);
        };
    }
}
