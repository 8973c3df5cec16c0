package dev.slipway.keras.optimizers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * A gradient over the root of the sum of its squares: {@code a += g²}, {@code w -= rate · g / sqrt(a + ε)}.
 *
 * <p>Source: {@code keras.optimizers.Adagrad}; J. Duchi and others, "Adaptive Subgradient Methods", 2011.
 */
final class Adagrad extends Optimizer {
    private final double initial;
    private final double epsilon;

    private Adagrad(Config config) {
        super(OptimizerOptions.read(config, "adagrad", 0.001));
        initial = config.number("initial_accumulator_value", 0.1);
        epsilon = config.number("epsilon", 1e-7);
    }

    static Adagrad read(Config config) {
        return new Adagrad(config);
    }

    @Override
    public String className() {
        return "Adagrad";
    }

    @Override
    void writeConfig(ObjectNode config) {
        config.put("initial_accumulator_value", initial).put("epsilon", epsilon);
    }

    @Override
    public List<List<Slot>> slotGroups(Trained weight) {
        return List.of(List.of(Slot.like(weight, "accumulator", initial)));
    }

    @Override
    Rule rule(Step step) {
        Ops ops = step.ops();
        return (weight, gradient, slots) -> {
            Value sum = ops.add(slots.get(0), step.square(gradient));
            Value root = ops.sqrt(ops.add(sum, step.scalar(epsilon)));
            return List.of(ops.sub(weight, ops.div(ops.mul(step.rate(), gradient), root)), sum);
        };
    }
}
