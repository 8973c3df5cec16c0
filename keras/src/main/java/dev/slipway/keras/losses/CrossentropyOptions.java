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
 * @param axis the axis of the classes, or for binary ones that of the mean
 */
record CrossentropyOptions(boolean fromLogits, double labelSmoothing, int axis) {
    static CrossentropyOptions read(Config config) {
        double smoothing = config.number("label_smoothing", 0);
        if (!(smoothing >= 0 && smoothing <= 1)) {
            throw config.refused("label_smoothing", smoothing + "", "0 to 1");
        }
        return new CrossentropyOptions(config.truth("from_logits", false), smoothing, config.integer("axis", -1));
    }

    void write(ObjectNode config) {
        config.put("from_logits", fromLogits)
                .put("label_smoothing", labelSmoothing)
                .put("axis", axis);
    }

    Value smoothed(Ops ops, Value target, Dimension classes) {
        if (labelSmoothing == 0) {
            return target;
        }
        Value kept = ops.mul(target, ops.like(target, 1 - labelSmoothing));
        return ops.add(kept, ops.like(target, labelSmoothing / classes.size()));
    }
}
