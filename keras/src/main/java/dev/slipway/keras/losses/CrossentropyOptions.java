package dev.slipway.keras.losses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * What the crossentropies of vectors are configured by.
 *
 * @param fromLogits whether predictions are logits rather than probabilities
 * @param labelSmoothing what part of a target is spread evenly over all classes
 */
record CrossentropyOptions(boolean fromLogits, double labelSmoothing) {
    static CrossentropyOptions read(Config config) {
        return new CrossentropyOptions(fromLogits(config), config.number("label_smoothing", 0));
    }

    /** Reads {@code from_logits} and {@code axis}, which every crossentropy has. */
    static boolean fromLogits(Config config) {
        int axis = config.integer("axis", -1);
        if (axis != -1) {
            throw config.refused("axis", axis + "", "-1");
        }
        return config.truth("from_logits", false);
    }

    void write(ObjectNode config) {
        config.put("from_logits", fromLogits)
                .put("label_smoothing", labelSmoothing)
                .put("axis", -1);
    }

    Value smoothed(Ops ops, Value target, Dimension classes) {
        if (labelSmoothing == 0) {
            return target;
        }
        Value kept = ops.mul(target, ops.like(target, 1 - labelSmoothing));
        return ops.add(kept, ops.like(target, labelSmoothing / classes.size()));
    }
}
