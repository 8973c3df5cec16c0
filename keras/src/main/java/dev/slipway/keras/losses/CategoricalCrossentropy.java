package dev.slipway.keras.losses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * {@code -sum(t · ln(p))} over the last axis; probabilities are divided by their sum and clipped to
 * {@code [1e-7, 1 - 1e-7]}, logits go through a log-softmax.
 *
 * <p>Source: {@code keras.losses.CategoricalCrossentropy}.
 */
final class CategoricalCrossentropy extends Loss {
    private final boolean fromLogits;
    private final double labelSmoothing;

    CategoricalCrossentropy(Config config) {
        super(config.text("name", "categorical_crossentropy"), reduction(config));
        this.fromLogits = config.truth("from_logits", false);
        this.labelSmoothing = config.number("label_smoothing", 0);
        int axis = config.integer("axis", -1);
        if (axis != -1) {
            throw config.refused("axis", axis + "", "-1");
        }
    }

    @Override
    public String className() {
        return "CategoricalCrossentropy";
    }

    @Override
    protected void writeConfig(ObjectNode config) {
        config.put("from_logits", fromLogits)
                .put("label_smoothing", labelSmoothing)
                .put("axis", -1);
    }

    @Override
    public Value values(Ops ops, Value target, Value prediction) {
        Value smoothed = target;
        if (labelSmoothing > 0) {
            double share = labelSmoothing / prediction.shape().size(-1);
            smoothed = ops.add(ops.mul(target, ops.like(target, 1 - labelSmoothing)), ops.like(target, share));
        }
        Value logs = LogProbabilities.normalized(ops, prediction, fromLogits);
        return ops.neg(ops.reduceSum(ops.mul(smoothed, logs), false, -1));
    }
}
