package dev.slipway.keras.losses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * {@code 1 - b / (b + alpha · sum((1 - p) · t) + beta · sum(p · (1 - t)) + 1e-7)} with {@code b = sum(t · p)}, over some
 * axes, by default all, so that a batch has one loss.
 *
 * <p>Source: {@code keras.losses.Tversky}; as there, {@code alpha} weighs what was missed.
 */
final class Tversky extends Loss {
    private final SummedAxes axes;
    private final double alpha;
    private final double beta;

    Tversky(Config config) {
        super(config.text("name", "tversky"), reduction(config));
        this.axes = SummedAxes.read(config);
        this.alpha = config.number("alpha", 0.5);
        this.beta = config.number("beta", 0.5);
    }

    @Override
    public String className() {
        return "Tversky";
    }

    @Override
    protected void writeConfig(ObjectNode config) {
        config.put("alpha", alpha).put("beta", beta);
        axes.write(config);
    }

    @Override
    public Value values(Ops ops, Value target, Value prediction) {
        Value one = ops.like(target, 1);
        Value both = axes.sum(ops, ops.mul(target, prediction));
        Value missed = axes.sum(ops, ops.mul(ops.sub(one, prediction), target));
        Value added = axes.sum(ops, ops.mul(prediction, ops.sub(one, target)));
        Value wrong = ops.add(ops.mul(missed, ops.like(both, alpha)), ops.mul(added, ops.like(both, beta)));
        Value share = ops.div(both, ops.add(ops.add(both, wrong), ops.like(both, EPSILON)));
        return ops.sub(one, share);
    }
}
