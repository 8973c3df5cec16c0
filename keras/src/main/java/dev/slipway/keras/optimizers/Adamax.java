package dev.slipway.keras.optimizers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * Adam with the infinity norm: {@code m += (g - m)(1 - β1)}, {@code u = max(β2 · u, |g|)},
 * {@code w -= rate · m / ((1 - β1^t)(u + ε))}.
 *
 * <p>Source: {@code keras.optimizers.Adamax}; D. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", section 7.1.
 */
final class Adamax extends Optimizer {
    private final double beta1;
    private final double beta2;
    private final double epsilon;

    private Adamax(Config config) {
        super(OptimizerOptions.read(config, "adamax", 0.001));
        beta1 = config.number("beta_1", 0.9);
        beta2 = config.number("beta_2", 0.999);
        epsilon = config.number("epsilon", 1e-7);
    }

    static Adamax read(Config config) {
        return new Adamax(config);
    }

    @Override
    public String className() {
        return "Adamax";
    }

    @Override
    void writeConfig(ObjectNode config) {
        config.put("beta_1", beta1).put("beta_2", beta2).put("epsilon", epsilon);
    }

    @Override
    public List<List<Slot>> slotGroups(Trained weight) {
        return List.of(List.of(Slot.like(weight, "momentum"), Slot.like(weight, "norm")));
    }

    @Override
    boolean isElementwise() {
        return true;
    }

    @Override
    Rule rule(Step step) {
        Ops ops = step.ops();
        Value share = step.weightOfMean(beta1);
        return (weight, gradient, slots) -> {
            Value m = step.towards(slots.get(0), gradient, 1 - beta1);
            Value norm = ops.max(ops.mul(step.scalar(beta2), slots.get(1)), ops.abs(gradient));
            Value divisor = ops.mul(share, ops.add(norm, step.scalar(epsilon)));
            return List.of(ops.sub(weight, ops.div(ops.mul(step.rate(), m), divisor)), m, norm);
        };
    }
}
