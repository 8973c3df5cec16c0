package dev.slipway.keras.optimizers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * Adam with Nesterov's momentum: {@code u_t = β1 · (1 - 0.5 · 0.96^t)}, {@code U_t} the product of all {@code u} up to
 * {@code t}, {@code m̂ = u_{t+1} · m / (1 - U_{t+1}) + (1 - u_t) · g / (1 - U_t)}, {@code v̂ = v / (1 - β2^t)},
 * {@code w -= m̂ · rate / (sqrt(v̂) + ε)}.
 *
 * <p>Source: {@code keras.optimizers.Nadam}; T. Dozat, "Incorporating Nesterov Momentum into Adam", 2016.
 */
final class Nadam extends Optimizer {
    private static final double DECAY = 0.96;

    private final double beta1;
    private final double beta2;
    private final double epsilon;

    private Nadam(Config config) {
        super(OptimizerOptions.read(config, "nadam", 0.001));
        beta1 = config.number("beta_1", 0.9);
        beta2 = config.number("beta_2", 0.999);
        epsilon = config.number("epsilon", 1e-7);
    }

    static Nadam read(Config config) {
        return new Nadam(config);
    }

    @Override
    public String className() {
        return "Nadam";
    }

    @Override
    void writeConfig(ObjectNode config) {
        config.put("beta_1", beta1).put("beta_2", beta2).put("epsilon", epsilon);
    }

    @Override
    public List<Slot> sharedSlots() {
        return List.of(Slot.scalar("u_product", DataType.FLOAT, 1));
    }

    @Override
    public List<List<Slot>> slotGroups(Trained weight) {
        return List.of(List.of(Slot.like(weight, "momentum"), Slot.like(weight, "velocity")));
    }

    @Override
    boolean isElementwise() {
        return true;
    }

    @Override
    Rule rule(Step step) {
        return new Nesterov(step);
    }

    /** The numbers of one step. */
    private final class Nesterov implements Rule {
        private final Step step;
        private final Ops ops;
        private final Value product;
        private final Value now;
        private final Value later;
        private final Value restOfNow;
        private final Value restOfProduct;
        private final Value restOfNextProduct;
        private final Value share;

        private Nesterov(Step step) {
            this.step = step;
            ops = step.ops();
            Value one = step.scalar(1);
            now = momentum(step.number());
            later = momentum(ops.add(step.number(), one));
            product = ops.mul(ops.cast(step.shared().get(0), step.type()), now);
            restOfNow = ops.sub(one, now);
            restOfProduct = ops.sub(one, product);
            restOfNextProduct = ops.sub(one, ops.mul(product, later));
            share = step.weightOfMean(beta2);
        }

        private Value momentum(Value number) {
            Value half = ops.mul(step.scalar(0.5), ops.pow(step.scalar(DECAY), number));
            return ops.mul(step.scalar(beta1), ops.sub(step.scalar(1), half));
        }

        @Override
        public List<Value> update(Value weight, Value gradient, List<Value> slots) {
            Value m = step.towards(slots.get(0), gradient, 1 - beta1);
            Value v = step.towards(slots.get(1), step.square(gradient), 1 - beta2);
            Value mean = ops.add(
                    ops.div(ops.mul(later, m), restOfNextProduct),
                    ops.div(ops.mul(restOfNow, gradient), restOfProduct));
            Value root = ops.add(ops.sqrt(ops.div(v, share)), step.scalar(epsilon));
            return List.of(ops.sub(weight, ops.div(ops.mul(mean, step.rate()), root)), m, v);
        }

        @Override
        public List<Value> shared() {
            return List.of(ops.cast(product, DataType.FLOAT));
        }
    }
}
