package dev.slipway.keras.losses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * {@code 1 - 2 · sum(t · p) / (sum(t) + sum(p) + 1e-7)} over some axes, by default all, so that a batch has one loss.
 *
 * <p>Source: {@code keras.losses.Dice}.
 */
final class Dice extends Loss {
    private final SummedAxes axes;

    Dice(Config config) {
        super(config.text("name", "dice"), reduction(config));
        this.axes = SummedAxes.read(config);
    }

    @Override
    public String className() {
        return "Dice";
    }

    @Override
    protected void writeConfig(ObjectNode config) {
        axes.write(config);
    }

    @Override
    public Value values(Ops ops, Value target, Value prediction) {
        Value both = ops.mul(axes.sum(ops, ops.mul(target, prediction)), ops.like(target, 2));
        Value all = ops.add(axes.sum(ops, target), axes.sum(ops, prediction));
        Value share = ops.div(both, ops.add(all, ops.like(all, EPSILON)));
        return ops.sub(ops.like(share, 1), share);
    }
}
