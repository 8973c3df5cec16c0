package dev.slipway.keras.losses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.runtime.Tensor;

/**
 * {@code (1 - p^q) / q}, {@code p} being the probability of the target's class, which is given by number; {@code q} lies
 * between 0 and 1.
 *
 * <p>Source: {@code keras.losses.CategoricalGeneralizedCrossEntropy}.
 */
final class CategoricalGeneralizedCrossEntropy extends Loss {
    private final double q;

    CategoricalGeneralizedCrossEntropy(Config config) {
        super(config.text("name", "categorical_generalized_cross_entropy"), reduction(config));
        this.q = config.number("q", 0.5);
        if (!(q > 0 && q < 1)) {
            throw config.refused("q", q + "", "between 0 and 1");
        }
    }

    @Override
    public String className() {
        return "CategoricalGeneralizedCrossEntropy";
    }

    @Override
    protected void writeConfig(ObjectNode config) {
        config.put("q", q);
    }

    @Override
    public void requireTargets(String output, Tensor targets, Shape prediction) {
        Targets.requireClasses(output, targets, prediction);
    }

    @Override
    boolean expectsShape() {
        return false;
    }

    @Override
    public Value values(Ops ops, Value target, Value prediction) {
        Value oneHot = Targets.oneHot(ops, target, prediction, -1);
        Value p = ops.reduceSum(ops.mul(oneHot, prediction), false, -1);
        Value rest = ops.sub(ops.like(p, 1), ops.pow(p, ops.like(p, q)));
        return ops.div(rest, ops.like(p, q));
    }
}
