package dev.slipway.keras.optimizers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;

/**
 * A gradient over the root of the moving mean of its square: {@code v = ρ · v + (1 - ρ) · g²},
 * {@code w -= rate · g / sqrt(v + ε)}; centered, the square of the moving mean {@code a} of the gradient is taken from
 * {@code v}; with momentum {@code m = momentum · m + rate · g / sqrt(v + ε)} and {@code w -= m}.
 *
 * <p>Source: {@code keras.optimizers.RMSprop}.
 */
final class RMSprop extends Optimizer {
    private final double rho;
    private final double momentum;
    private final double epsilon;
    private final boolean centered;

    private RMSprop(Config config) {
        super(OptimizerOptions.read(config, "rmsprop", 0.001));
        rho = config.number("rho", 0.9);
        momentum = config.number("momentum", 0);
        epsilon = config.number("epsilon", 1e-7);
        centered = config.truth("centered", false);
    }

    static RMSprop read(Config config) {
        return new RMSprop(config);
    }

    @Override
    public String className() {
        return "RMSprop";
    }

    @Override
    void writeConfig(ObjectNode config) {
        config.put("rho", rho).put("momentum", momentum).put("epsilon", epsilon).put("centered", centered);
    }

    @Override
    public List<List<Slot>> slotGroups(Trained weight) {
        List<List<Slot>> groups = new ArrayList<>();
        groups.add(List.of(Slot.like(weight, "velocity")));
        if (momentum > 0) {
            groups.add(List.of(Slot.like(weight, "momentum")));
        }
        if (centered) {
            groups.add(List.of(Slot.like(weight, "average_gradient")));
        }
        return groups;
    }

    @Override
    boolean isElementwise() {
        return true;
    }

    @Override
    Rule rule(Step step) {
        Ops ops = step.ops();
        return (weight, gradient, slots) -> {
            Value velocity = step.mean(slots.get(0), step.square(gradient), rho);
            List<Value> after = new ArrayList<>(List.of(velocity));
            Value spread = ops.add(velocity, step.scalar(epsilon));
            Value mean = gradient;
            if (centered) {
                mean = step.mean(slots.get(slots.size() - 1), gradient, rho);
                spread = ops.sub(spread, step.square(mean));
            }
            Value change = ops.div(ops.mul(step.rate(), gradient), ops.sqrt(spread));
            if (momentum > 0) {
                change = ops.add(ops.mul(slots.get(1), step.scalar(momentum)), change);
                after.add(change);
            }
            if (centered) {
                after.add(mean);
            }
            after.add(0, ops.sub(weight, change));
            return after;
        };
    }
}
