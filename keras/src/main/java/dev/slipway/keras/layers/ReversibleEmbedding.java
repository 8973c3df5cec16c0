package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A table of vectors that can be called in reverse too: forwards as {@link Embedding}; with {@code reverse=True}
 * {@code x · embeddingsᵀ}, {@code […, outputDim]} to {@code […, inputDim]}, where a soft cap makes {@code cap · tanh(y / cap)} of it.
 *
 * <p>Weights: {@code embeddings [inputDim, outputDim]}, and {@code reverse_embeddings [outputDim, inputDim]} if the two directions
 * are not tied.
 *
 * <p>Source: {@code keras.layers.ReversibleEmbedding} of Keras 3.13.
 */
public final class ReversibleEmbedding extends Embedding {
    private static final String REVERSE = "reverse_embeddings";

    private final boolean isTied;
    private final Optional<DataType> reverseType;
    private final Optional<JsonNode> softCap;

    private ReversibleEmbedding(String name, Config config) {
        super(name, config);
        isTied = config.truth("tie_weights", true);
        reverseType = config.find("reverse_dtype").isPresent()
                ? Optional.of(type(config, config.text("reverse_dtype", "")))
                : Optional.empty();
        softCap = config.find("logit_soft_cap");
        if (softCap.isPresent() && !(softCap.get().doubleValue() > 0)) {
            throw config.refused("logit_soft_cap", softCap.get().toString(), "a number > 0, or null");
        }
    }

    static ReversibleEmbedding read(String name, Config config) {
        return new ReversibleEmbedding(name, config);
    }

    private static DataType type(Config config, String name) {
        return DTypes.named(name)
                .filter(DataType::isFloating)
                .orElseThrow(() -> config.refused("reverse_dtype", name, "a floating-point type"));
    }

    @Override
    public String className() {
        return "ReversibleEmbedding";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        super.writeConfig(config);
        config.put("tie_weights", isTied);
        config.put("reverse_dtype", reverseType.map(DTypes::name).orElse(null));
        config.set("logit_soft_cap", LayerConfig.orNull(softCap));
    }

    @Override
    public List<WeightSpec> weights(List<Shape> inputs) {
        List<WeightSpec> weights = new ArrayList<>(super.weights(inputs));
        if (!isTied && quantized().isPresent()) {
            weights.addAll(quantized().get().reverseWeights());
        } else if (!isTied) {
            weights.add(alike(REVERSE, Shape.of(width(), rows())));
        }
        return weights;
    }

    @Override
    public List<String> argumentNames() {
        return List.of("reverse");
    }

    @Override
    public List<Value> call(LayerCall call) {
        if (!call.isSet("reverse")) {
            return super.call(call);
        }
        return List.of(capped(
                call.ops(),
                quantized().map(table -> table.reversed(call, isTied)).orElseGet(() -> product(call))));
    }

    private Value product(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.narrow(call.input());
        Value table = call.narrow(isTied ? ops.transposeLast(call.weight("embeddings")) : call.weight(REVERSE));
        if (reverseType.isPresent()) {
            x = ops.cast(x, reverseType.get());
            table = ops.cast(table, reverseType.get());
        }
        return ops.matMul(x, table);
    }

    private Value capped(Ops ops, Value product) {
        if (softCap.isEmpty()) {
            return product;
        }
        Value cap = ops.like(product, softCap.get().doubleValue());
        return ops.mul(ops.tanh(ops.div(product, cap)), cap);
    }
}
