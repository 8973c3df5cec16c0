package dev.slipway.keras.losses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * The mean, along an axis, of {@code -(t · ln(p) + (1 - t) · ln(1 - p))}; probabilities are clipped to {@code [1e-7, 1 - 1e-7]}, logits
 * are not.
 *
 * <p>Source: {@code keras.losses.BinaryCrossentropy}.
 */
final class BinaryCrossentropy extends Loss {
    static final Dimension YES_OR_NO = Dimension.of(2);

    private final CrossentropyOptions options;

    BinaryCrossentropy(Config config) {
        super(config.text("name", "binary_crossentropy"), reduction(config));
        this.options = CrossentropyOptions.read(config);
    }

    @Override
    public String className() {
        return "BinaryCrossentropy";
    }

    @Override
    protected void writeConfig(ObjectNode config) {
        options.write(config);
    }

    @Override
    public Value values(Ops ops, Value target, Value prediction) {
        Value smoothed = options.smoothed(ops, target, YES_OR_NO);
        Value numbers =
                options.fromLogits() ? logits(ops, smoothed, prediction) : ofProbabilities(ops, smoothed, prediction);
        return ops.reduceMean(numbers, false, options.axis());
    }

    static Value ofProbabilities(Ops ops, Value target, Value prediction) {
        Value p = ops.clip(prediction, EPSILON, 1 - EPSILON);
        Value one = ops.like(p, 1);
        Value yes = ops.mul(target, ops.log(p));
        Value no = ops.mul(ops.sub(one, target), ops.log(ops.sub(one, p)));
        return ops.neg(ops.add(yes, no));
    }

    /** {@code (1 - t) · softplus(z) + t · softplus(-z)}: no overflow, and smooth everywhere, at 0 too. */
    private static Value logits(Ops ops, Value target, Value z) {
        Value no = ops.mul(ops.sub(ops.like(target, 1), target), ops.softplus(z));
        Value yes = ops.mul(target, ops.softplus(ops.neg(z)));
        return ops.add(no, yes);
    }
}
