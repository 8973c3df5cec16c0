package dev.slipway.keras.optimizers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Adaptive moments: {@code m += (g - m)(1 - β1)}, {@code v += (g² - v)(1 - β2)},
 * {@code w -= α · m / (sqrt(v) + ε)} with {@code α = rate · sqrt(1 - β2^t) / (1 - β1^t)}; AMSGrad takes the greatest
 * {@code v} so far. AdamW is the same with weights that decay by default.
 *
 * <p>Source: {@code keras.optimizers.Adam}, {@code AdamW}; D. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization";
 * I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization".
 */
final class Adam extends Optimizer {
    private final String className;
    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final boolean amsgrad;

    private Adam(String className, OptimizerOptions options, Config config) {
        super(options);
        this.className = className;
        beta1 = config.number("beta_1", 0.9);
        beta2 = config.number("beta_2", 0.999);
        epsilon = config.number("epsilon", 1e-7);
        amsgrad = config.truth("amsgrad", false);
    }

    static Adam read(Config config) {
        return new Adam("Adam", OptimizerOptions.read(config, "adam", 0.001), config);
    }

    static Adam readW(Config config) {
        if (config.isNull("weight_decay")) {
            throw config.refused("weight_decay", "null", "a number");
        }
        OptionalDouble decay = OptionalDouble.of(0.004);
        return new Adam("AdamW", OptimizerOptions.read(config, "adamw", 0.001, decay), config);
    }

    @Override
    public String className() {
        return className;
    }

    @Override
    void writeConfig(ObjectNode config) {
        config.put("beta_1", beta1).put("beta_2", beta2).put("epsilon", epsilon).put("amsgrad", amsgrad);
    }

    @Override
    public List<List<Slot>> slotGroups(Trained weight) {
        List<Slot> moments = List.of(Slot.like(weight, "momentum"), Slot.like(weight, "velocity"));
        return amsgrad ? List.of(moments, List.of(Slot.like(weight, "velocity_hat"))) : List.of(moments);
    }

    @Override
    boolean isElementwise() {
        return true;
    }

    @Override
    Rule rule(Step step) {
        Ops ops = step.ops();
        Value alpha = step.adamRate(step.rate(), beta1, beta2);
        return (weight, gradient, slots) -> {
            Moments next = moments(step, gradient, slots);
            Value v = next.v();
            Value spread = amsgrad ? ops.max(slots.get(2), v) : v;
            Value scale = ops.add(ops.sqrt(spread), step.scalar(epsilon));
            Value after = ops.sub(weight, ops.mul(ops.div(next.m(), scale), alpha));
            return amsgrad ? List.of(after, next.m(), v, spread) : List.of(after, next.m(), v);
        };
    }

    private record Moments(Value m, Value v) {}

    /**
     * The moments as {@code m = β1 (m + h)} with {@code h = g (1 - β1) / β1}, and {@code v = β2 (v + h² k)}: so no more than
     * two tensors are held besides the variables, as {@code h} takes the gradient's place at once.
     */
    private Moments moments(Step step, Value gradient, List<Value> slots) {
        Ops ops = step.ops();
        if (beta1 <= 0 || beta1 >= 1 || beta2 <= 0) {
            return new Moments(
                    step.towards(slots.get(0), gradient, 1 - beta1),
                    step.towards(slots.get(1), step.square(gradient), 1 - beta2));
        }
        double share = (1 - beta1) / beta1;
        double k = (1 - beta2) / (beta2 * share * share);
        Value h = ops.mul(gradient, step.scalar(share));
        Value m = ops.mul(ops.add(slots.get(0), h), step.scalar(beta1));
        Value added = ops.mul(step.squareAfter(m, h), step.scalar(k));
        return new Moments(m, ops.mul(ops.add(slots.get(1), added), step.scalar(beta2)));
    }
}
