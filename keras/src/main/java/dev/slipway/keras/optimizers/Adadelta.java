package dev.slipway.keras.optimizers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * Changes as large as earlier ones: {@code a = ρ · a + (1 - ρ) · g²}, {@code δ = -sqrt(d + ε) · g / sqrt(a + ε)},
 * {@code d = ρ · d + (1 - ρ) · δ²}, {@code w += rate · δ}.
 *
 * <p>Source: {@code keras.optimizers.Adadelta}; M. Zeiler, "ADADELTA", 2012.
 */
final class Adadelta extends Optimizer {
    private final double rho;
    private final double epsilon;

    private Adadelta(Config config) {
        super(OptimizerOptions.read(config, "adadelta", 0.001));
        rho = config.number("rho", 0.95);
        epsilon = config.number("epsilon", 1e-7);
    }

    static Adadelta read(Config config) {
        return new Adadelta(config);
    }

    @Override
    public String className() {
        return "Adadelta";
    }

    @Override
    void writeConfig(ObjectNode config) {
        config.put("rho", rho).put("epsilon", epsilon);
    }

    @Override
    public List<List<Slot>> slotGroups(Trained weight) {
        return List.of(List.of(Slot.like(weight, "accumulated_grad"), Slot.like(weight, "accumulated_delta_var")));
    }

    @Override
    boolean isElementwise() {
        return true;
    }

    @Override
    Rule rule(Step step) {
        Ops ops = step.ops();
        return (weight, gradient, slots) -> {
            Value squares = step.mean(slots.get(0), step.square(gradient), rho);
            Value scaled = ops.mul(root(step, slots.get(1)), gradient);
            Value change = ops.neg(ops.div(scaled, root(step, squares)));
            Value changes = step.mean(slots.get(1), step.square(change), rho);
            return List.of(ops.add(weight, ops.mul(step.rate(), change)), squares, changes);
        };
    }

    private Value root(Step step, Value mean) {
        return step.ops().sqrt(step.ops().add(mean, step.scalar(epsilon)));
    }
}
