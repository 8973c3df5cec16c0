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
public final class RMSprop extends Optimizer {
    private final double rho;
    private final double momentum;
    private final double epsilon;
    private final boolean centered;

    private RMSprop(OptimizerOptions options, double rho, double momentum, double epsilon, boolean centered) {
        super(options);
        this.rho = rho;
        this.momentum = momentum;
        this.epsilon = epsilon;
        this.centered = centered;
    }

    /**
     * The optimizer with Keras's other defaults.
     *
     * @param learningRate the learning rate; Keras's default is 0.001
     * @return the optimizer
     */
    public static RMSprop of(double learningRate) {
        return new RMSprop(OptimizerOptions.of("rmsprop", learningRate), 0.9, 0, 1e-7, false);
    }

    static RMSprop read(Config config) {
        return new RMSprop(
                OptimizerOptions.read(config, "rmsprop", 0.001),
                config.number("rho", 0.9),
                config.number("momentum", 0),
                config.number("epsilon", 1e-7),
                config.truth("centered", false));
    }

    @Override
    public String className() {
        return "RMSprop";
    }

    @Override
    protected void writeConfig(ObjectNode config) {
        config.put("rho", rho).put("momentum", momentum).put("epsilon", epsilon).put("centered", centered);
    }

    @Override
    public List<List<String>> slotGroups() {
        List<List<String>> groups = new ArrayList<>(List.of(List.of("velocity")));
        if (momentum > 0) {
            groups.add(List.of("momentum"));
        }
        if (centered) {
            groups.add(List.of("average_gradient"));
        }
        return groups;
    }

    @Override
    protected List<Value> update(Ops ops, Step step, Value weight, Value gradient, List<Value> slots) {
        Value velocity = average(ops, slots.get(0), ops.mul(gradient, gradient));
        List<Value> after = new ArrayList<>(List.of(velocity));
        Value spread = ops.add(velocity, ops.like(weight, epsilon));
        Value mean = null;
        if (centered) {
            mean = average(ops, slots.get(slots.size() - 1), gradient);
            spread = ops.sub(spread, ops.mul(mean, mean));
        }
        Value change = ops.div(ops.mul(step.learningRate(), gradient), ops.sqrt(spread));
        if (momentum > 0) {
            change = ops.add(ops.mul(slots.get(1), ops.like(weight, momentum)), change);
            after.add(change);
        }
        if (mean != null) {
            after.add(mean);
        }
        after.add(0, ops.sub(weight, change));
        return after;
    }

    /** {@code ρ · slot + (1 - ρ) · next}. */
    private Value average(Ops ops, Value slot, Value next) {
        return ops.add(ops.mul(slot, ops.like(slot, rho)), ops.mul(next, ops.like(slot, 1 - rho)));
    }
}
