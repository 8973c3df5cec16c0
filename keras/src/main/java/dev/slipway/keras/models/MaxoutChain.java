package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.Layer;
import dev.slipway.runtime.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keras 1's {@code MaxoutDense}: all maps as one dense layer, {@code [maps, units]} of its result, and the greatest of the maps. */
final class MaxoutChain implements Rewriting {
    @Override
    public Optional<Replacement> of(OldLayer old) {
        // A constraint of the old kernel is about other axes than those of the new one.
        if (!old.isOf("MaxoutDense") || Rewriting.isConstrained(old)) {
            return Optional.empty();
        }
        ObjectNode config = old.config();
        int units = config.path("units").asInt();
        int maps = config.path("nb_feature").asInt();
        boolean useBias = config.path("use_bias").asBoolean();
        ObjectNode shape = Config.json();
        shape.putArray("target_shape").add(maps).add(units);
        Layer all = old.part(
                "Dense",
                "maps",
                old.ofWeights()
                        .put("units", maps * units)
                        .put("use_bias", useBias)
                        .put("activation", "linear"));
        Layer greatest = old.part(
                "GlobalMaxPooling1D",
                "greatest",
                Config.json().put("data_format", "channels_last").put("keepdims", false));
        Network chain = old.chain(List.of(all, old.part("Reshape", "reshape", shape), greatest));
        Map<String, Tensor> weights = new HashMap<>();
        weights.put(old.name() + "/maps/kernel", kernel(old.weight("kernel")));
        if (useBias) {
            weights.put(old.name() + "/maps/bias", old.weight("bias").reshaped(Shape.of((long) maps * units)));
        }
        return Optional.of(
                Replacement.of(chain, weights, "MaxoutDense written as Dense, Reshape and GlobalMaxPooling1D"));
    }

    /** {@code [maps, features, units]} as {@code [features, maps · units]}. */
    private static Tensor kernel(Tensor old) {
        int features = (int) old.shape().size(1);
        int units = (int) old.shape().size(2);
        int width = (int) old.shape().size(0) * units;
        return Gathered.from(old, Shape.of(features, width), place -> {
            int feature = place / width;
            int map = place % width / units;
            return (map * features + feature) * units + place % units;
        });
    }
}
