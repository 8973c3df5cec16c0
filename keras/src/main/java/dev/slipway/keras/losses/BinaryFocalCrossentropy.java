package dev.slipway.keras.losses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * The mean of the binary crossentropy times {@code (1 - q)^gamma}, {@code q} being the probability of what is right, and
 * with {@code apply_class_balancing} times {@code alpha} for ones and {@code 1 - alpha} for zeros.
 *
 * <p>Source: {@code keras.losses.BinaryFocalCrossentropy}.
 */
final class BinaryFocalCrossentropy extends Loss {
    private final CrossentropyOptions options;
    private final boolean balanced;
    private final double alpha;
    private final double gamma;

    BinaryFocalCrossentropy(Config config) {
        super(config.text("name", "binary_focal_crossentropy"), reduction(config));
        this.options = CrossentropyOptions.read(config);
        this.balanced = config.truth("apply_class_balancing", false);
        this.alpha = config.number("alpha", 0.25);
        this.gamma = config.number("gamma", 2);
    }

    @Override
    public String className() {
        return "BinaryFocalCrossentropy";
    }

    @Override
    protected void writeConfig(ObjectNode config) {
        options.write(config);
        config.put("apply_class_balancing", balanced).put("alpha", alpha).put("gamma", gamma);
    }

    @Override
    public Value values(Ops ops, Value target, Value prediction) {
        Value t = options.smoothed(ops, target, BinaryCrossentropy.YES_OR_NO);
        Value p = options.fromLogits() ? ops.sigmoid(prediction) : prediction;
        Value entropy = BinaryCrossentropy.ofProbabilities(ops, t, p);
        Value doubt = ops.sub(ops.like(p, 1), mixed(ops, t, p, ops.sub(ops.like(p, 1), p)));
        Value focused = ops.mul(ops.pow(doubt, ops.like(doubt, gamma)), entropy);
        if (balanced) {
            focused = ops.mul(mixed(ops, t, ops.like(t, alpha), ops.like(t, 1 - alpha)), focused);
        }
        return ops.reduceMean(focused, false, options.axis());
    }

    /** {@code t · yes + (1 - t) · no}. */
    private static Value mixed(Ops ops, Value t, Value yes, Value no) {
        return ops.add(ops.mul(t, yes), ops.mul(ops.sub(ops.like(t, 1), t), no));
    }
}
