package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.Layer;
import dev.slipway.runtime.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keras 1's {@code Highway} as a model of layers that Keras 3 has: {@code x + gate(x) · (transform(x) − x)}, gate and transform
 * being dense layers.
 */
final class HighwayGraph implements Rewriting {
    @Override
    public Optional<Replacement> of(OldLayer old) {
        if (!old.isOf("Highway")) {
            return Optional.empty();
        }
        KerasTensor x = KerasTensor.of(old.entry(), List.of()).get(0);
        KerasTensor gate =
                dense(old, "gate", Config.json().put("activation", "sigmoid")).apply(x);
        ObjectNode own = old.ofWeights().set("activation", old.config().path("activation"));
        KerasTensor transform = dense(old, "transform", own).apply(x);
        KerasTensor difference = join(old, "Subtract", "difference", transform, x);
        KerasTensor gated = join(old, "Multiply", "gated", gate, difference);
        KerasTensor sum = join(old, "Add", "sum", x, gated);
        Network graph = Network.functional(old.name(), old.layer().isTrainable(), List.of(), List.of(x), List.of(sum));
        Map<String, Tensor> weights = new HashMap<>();
        put(old, "kernel", "transform/kernel", weights);
        put(old, "gate_kernel", "gate/kernel", weights);
        if (old.config().path("use_bias").asBoolean()) {
            put(old, "bias", "transform/bias", weights);
            put(old, "gate_bias", "gate/bias", weights);
        }
        return Optional.of(Replacement.of(graph, weights, "Highway written as a model of Dense layers"));
    }

    private static Layer dense(OldLayer old, String name, ObjectNode config) {
        config.put("units", old.input().size(1));
        return old.part("Dense", name, config.set("use_bias", old.config().path("use_bias")));
    }

    private static KerasTensor join(OldLayer old, String className, String name, KerasTensor a, KerasTensor b) {
        return old.part(className, name, Config.json()).apply(a, b);
    }

    private static void put(OldLayer old, String weight, String now, Map<String, Tensor> into) {
        into.put(old.name() + "/" + now, old.weight(weight));
    }
}
