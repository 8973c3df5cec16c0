package dev.slipway.keras.losses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * {@code -sum(t · ln(p))} along the axis of the classes; probabilities are divided by their sum and clipped to
 * {@code [1e-7, 1 - 1e-7]}, logits go through a log-softmax.
 *
 * <p>Source: {@code keras.losses.CategoricalCrossentropy}.
 */
final class CategoricalCrossentropy extends Loss {
    private final CrossentropyOptions options;

    CategoricalCrossentropy(Config config) {
        super(config.text("name", "categorical_crossentropy"), reduction(config));
        this.options = CrossentropyOptions.read(config);
    }

    @Override
    public String className() {
        return "CategoricalCrossentropy";
    }

    @Override
    protected void writeConfig(ObjectNode config) {
        options.write(config);
    }

    @Override
    public Value values(Ops ops, Value target, Value prediction) {
        Value smoothed = options.smoothed(ops, target, target.shape().dimension(-1));
        Value logs = LogProbabilities.of(ops, prediction, options.fromLogits(), options.axis());
        return ops.neg(ops.reduceSum(ops.mul(smoothed, logs), false, options.axis()));
    }
}
