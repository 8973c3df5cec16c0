package dev.slipway.keras.losses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * {@code -sum(unit(target) · unit(prediction))} along an axis; a vector of zeros has similarity 0.
 *
 * <p>Source: {@code keras.losses.CosineSimilarity}.
 */
final class CosineSimilarity extends Loss {
    private final int axis;

    CosineSimilarity(Config config) {
        super(config.text("name", "cosine_similarity"), reduction(config));
        this.axis = config.integer("axis", -1);
    }

    @Override
    public String className() {
        return "CosineSimilarity";
    }

    @Override
    protected void writeConfig(ObjectNode config) {
        config.put("axis", axis);
    }

    @Override
    public Value values(Ops ops, Value target, Value prediction) {
        Value similarity = UnitVectors.cosine(ops, target, prediction, axis);
        return ops.neg(similarity);
    }
}
