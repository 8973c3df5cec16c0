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
public final class SGD extends Optimizer {
    private final double momentum;
    private final boolean nesterov;

    private SGD(OptimizerOptions options, double momentum, boolean nesterov) {
        super(options);
        this.momentum = momentum;
        this.nesterov = nesterov;
    }

    /**
     * Plain descent.
     *
     * @param learningRate the learning rate; Keras's default is 0.01
     * @return the optimizer
     */
    public static SGD of(double learningRate) {
        return of(learningRate, 0, false);
    }

    /**
     * Descent with momentum.
     *
     * @param learningRate the learning rate
     * @param momentum what part of the last change is done again, 0 to 1
     * @param nesterov whether to look ahead
     * @return the optimizer
     */
    public static SGD of(double learningRate, double momentum, boolean nesterov) {
        return new SGD(OptimizerOptions.of("SGD", learningRate), momentum, nesterov);
    }

    static SGD read(Config config) {
        return new SGD(
                OptimizerOptions.read(config, "SGD", 0.01),
                config.number("momentum", 0),
                config.truth("nesterov", false));
    }

    @Override
    public String className() {
        return "SGD";
    }

    @Override
    protected void writeConfig(ObjectNode config) {
        config.put("momentum", momentum).put("nesterov", nesterov);
    }

    @Override
    public List<List<String>> slotGroups() {
        return momentum == 0 ? List.of() : List.of(List.of("momentum"));
    }

    @Override
    protected List<Value> update(Ops ops, Step step, Value weight, Value gradient, List<Value> slots) {
        Value change = ops.mul(gradient, step.learningRate());
        if (momentum == 0) {
            return List.of(ops.sub(weight, change));
        }
        Value factor = ops.like(weight, momentum);
        Value moved = ops.sub(ops.mul(slots.get(0), factor), change);
        Value ahead = nesterov ? ops.sub(ops.mul(moved, factor), change) : moved;
        return List.of(ops.add(weight, ahead), moved);
    }
}
