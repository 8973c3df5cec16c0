package dev.slipway.keras.optimizers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * Adam whose steps are as long as the weight's norm asks: {@code u = m̂ / (sqrt(v̂) + ε)} with
 * {@code m̂ = m / (1 - β1^t)}, {@code v̂ = v / (1 - β2^t)}, and {@code w -= |w| / |u| · rate · u}; the ratio is 1 where
 * either norm is 0.
 *
 * <p>Source: {@code keras.optimizers.Lamb}; Y. You and others, "Large Batch Optimization for Deep Learning", 2019.
 */
final class Lamb extends Optimizer {
    private final double beta1;
    private final double beta2;
    private final double epsilon;

    private Lamb(Config config) {
        super(OptimizerOptions.read(config, "lamb", 0.001));
        beta1 = config.number("beta_1", 0.9);
        beta2 = config.number("beta_2", 0.999);
        epsilon = config.number("epsilon", 1e-7);
    }

    static Lamb read(Config config) {
        return new Lamb(config);
    }

    @Override
    public String className() {
        return "Lamb";
    }

    @Override
    void writeConfig(ObjectNode config) {
        config.put("beta_1", beta1).put("beta_2", beta2).put("epsilon", epsilon);
    }

    @Override
    public List<List<Slot>> slotGroups(Trained weight) {
        return List.of(List.of(Slot.like(weight, "momentum"), Slot.like(weight, "velocity")));
    }

    @Override
    Rule rule(Step step) {
        Ops ops = step.ops();
        Value share1 = step.weightOfMean(beta1);
        Value share2 = step.weightOfMean(beta2);
        return (weight, gradient, slots) -> {
            Value m = step.towards(slots.get(0), gradient, 1 - beta1);
            Value v = step.towards(slots.get(1), step.square(gradient), 1 - beta2);
            Value root = ops.add(ops.sqrt(ops.div(v, share2)), step.scalar(epsilon));
            Value change = ops.div(ops.div(m, share1), root);
            Value length = ops.mul(ratio(step, norm(step, weight), norm(step, change)), step.rate());
            return List.of(ops.sub(weight, ops.mul(length, change)), m, v);
        };
    }

    private static Value norm(Step step, Value x) {
        return step.ops().sqrt(step.ops().reduceSum(step.square(x), false));
    }

    private static Value ratio(Step step, Value weight, Value change) {
        Ops ops = step.ops();
        Value zero = step.scalar(0);
        Value both = ops.and(ops.greater(weight, zero), ops.greater(change, zero));
        return ops.where(both, ops.div(weight, change), step.scalar(1));
    }
}
