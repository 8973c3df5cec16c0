package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;
import java.util.OptionalInt;

/**
 * Attention by the sum of query and key, softmax of scores times value; the scores are
 * {@code sum(scale · tanh(query + key))} over the features.
 *
 * <p>Weights: {@code scale [features]}, with a scale.
 *
 * <p>Source: {@code keras.layers.AdditiveAttention}.
 */
public final class AdditiveAttention extends ScoredAttention {
    private AdditiveAttention(String name, boolean trainable, boolean useScale, double dropout, OptionalInt seed) {
        super(name, trainable, useScale, dropout, seed);
    }

    /**
     * The layer with Keras's defaults, to be applied to a query, a value and maybe a key.
     *
     * @return the layer
     */
    public static AdditiveAttention of() {
        return new AdditiveAttention("", true, true, 0, OptionalInt.empty());
    }

    static AdditiveAttention read(String name, Config config) {
        return new AdditiveAttention(
                name,
                config.truth("trainable", true),
                config.truth("use_scale", true),
                config.number("dropout", 0),
                seed(config));
    }

    @Override
    public String className() {
        return "AdditiveAttention";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        writeOptions(config);
    }

    @Override
    List<WeightSpec> scoreWeights(Shape query) {
        if (!hasScale()) {
            return List.of();
        }
        if (!query.dimension(-1).isKnown()) {
            throw new IllegalArgumentException(this + ": query of shape " + query + " (expected: a known last axis)");
        }
        return List.of(weight("scale", Shape.of(query.size(-1)), "glorot_uniform"));
    }

    @Override
    Value scores(LayerCall call, Value query, Value key) {
        Ops ops = call.ops();
        Value near = ops.tanh(ops.add(ops.unsqueeze(query, -2), ops.unsqueeze(key, -3)));
        return ops.reduceSum(hasScale() ? ops.mul(call.weight("scale"), near) : near, false, -1);
    }
}
