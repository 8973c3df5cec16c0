package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Attention by the product of query and key, softmax of scores times value; the scores are {@code scale · query · keyᵀ},
 * or in the mode {@code concat}, {@code weight · sum(tanh(scale · (query + key)))} over the features.
 *
 * <p>Weights: {@code scale []} with a scale, {@code concat_score_weight []} in the mode {@code concat}.
 *
 * <p>Source: {@code keras.layers.Attention}.
 */
public final class Attention extends ScoredAttention {
    private final boolean concatenates;

    private Attention(
            String name, boolean trainable, boolean useScale, boolean concatenates, double dropout, OptionalInt seed) {
        super(name, trainable, useScale, dropout, seed);
        this.concatenates = concatenates;
    }

    /**
     * The layer with Keras's defaults, to be applied to a query, a value and maybe a key.
     *
     * @return the layer
     */
    public static Attention of() {
        return new Attention("", true, false, false, 0, OptionalInt.empty());
    }

    static Attention read(String name, Config config) {
        String mode = config.text("score_mode", "dot");
        if (!mode.equals("dot") && !mode.equals("concat")) {
            throw config.refused("score_mode", mode, "dot or concat");
        }
        return new Attention(
                name,
                config.truth("trainable", true),
                config.truth("use_scale", false),
                mode.equals("concat"),
                config.number("dropout", 0),
                seed(config));
    }

    @Override
    public String className() {
        return "Attention";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        writeOptions(config);
        config.put("score_mode", concatenates ? "concat" : "dot");
    }

    @Override
    List<WeightSpec> scoreWeights(Shape query) {
        List<WeightSpec> weights = new ArrayList<>();
        if (hasScale()) {
            weights.add(weight("scale", Shape.scalar(), "ones"));
        }
        if (concatenates) {
            weights.add(weight("concat_score_weight", Shape.scalar(), "ones"));
        }
        return weights;
    }

    @Override
    Value scores(LayerCall call, Value query, Value key) {
        Ops ops = call.ops();
        if (!concatenates) {
            Value product = ops.matMul(query, ops.transposeLast(key));
            return hasScale() ? ops.mul(product, call.weight("scale")) : product;
        }
        Value sum = ops.add(ops.unsqueeze(query, -2), ops.unsqueeze(key, -3));
        Value scaled = hasScale() ? ops.mul(call.weight("scale"), sum) : sum;
        return ops.mul(call.weight("concat_score_weight"), ops.reduceSum(ops.tanh(scaled), false, -1));
    }
}
