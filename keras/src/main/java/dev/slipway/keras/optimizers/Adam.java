package dev.slipway.keras.optimizers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * Adaptive moments: {@code m += (g - m)(1 - β1)}, {@code v += (g² - v)(1 - β2)},
 * {@code w -= α · m / (sqrt(v) + ε)} with {@code α = rate · sqrt(1 - β2^t) / (1 - β1^t)}; AMSGrad takes the greatest
 * {@code v} so far.
 *
 * <p>Source: {@code keras.optimizers.Adam}; D. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization".
 */
public final class Adam extends Optimizer {
    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final boolean amsgrad;

    private Adam(OptimizerOptions options, double beta1, double beta2, double epsilon, boolean amsgrad) {
        super(options);
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
        this.amsgrad = amsgrad;
    }

    /**
     * The optimizer with Keras's other defaults.
     *
     * @param learningRate the learning rate; Keras's default is 0.001
     * @return the optimizer
     */
    public static Adam of(double learningRate) {
        return new Adam(OptimizerOptions.of("adam", learningRate), 0.9, 0.999, 1e-7, false);
    }

    static Adam read(Config config) {
        return new Adam(
                OptimizerOptions.read(config, "adam", 0.001),
                config.number("beta_1", 0.9),
                config.number("beta_2", 0.999),
                config.number("epsilon", 1e-7),
                config.truth("amsgrad", false));
    }

    @Override
    public String className() {
        return "Adam";
    }

    @Override
    protected void writeConfig(ObjectNode config) {
        config.put("beta_1", beta1).put("beta_2", beta2).put("epsilon", epsilon).put("amsgrad", amsgrad);
    }

    @Override
    public List<List<String>> slotGroups() {
        List<String> moments = List.of("momentum", "velocity");
        return amsgrad ? List.of(moments, List.of("velocity_hat")) : List.of(moments);
    }

    @Override
    protected List<Value> update(Ops ops, Step step, Value weight, Value gradient, List<Value> slots) {
        Value one = ops.like(weight, 1);
        Value bias1 = ops.sub(one, ops.pow(ops.like(weight, beta1), step.number()));
        Value bias2 = ops.sub(one, ops.pow(ops.like(weight, beta2), step.number()));
        Value alpha = ops.div(ops.mul(step.learningRate(), ops.sqrt(bias2)), bias1);
        Value m = towards(ops, slots.get(0), gradient, 1 - beta1);
        Value v = towards(ops, slots.get(1), ops.mul(gradient, gradient), 1 - beta2);
        Value spread = amsgrad ? ops.max(slots.get(2), v) : v;
        Value scale = ops.add(ops.sqrt(spread), ops.like(weight, epsilon));
        Value after = ops.sub(weight, ops.div(ops.mul(m, alpha), scale));
        return amsgrad ? List.of(after, m, v, spread) : List.of(after, m, v);
    }

    /** {@code slot + (target - slot) · part}. */
    private static Value towards(Ops ops, Value slot, Value target, double part) {
        return ops.add(slot, ops.mul(ops.sub(target, slot), ops.like(slot, part)));
    }
}
