package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.Layer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keras 2's causal {@code SeparableConv1D}: zeros before the first step, and then a convolution without padding. */
final class CausalPadding implements Rewriting {
    @Override
    public Optional<Replacement> of(OldLayer old) {
        if (!old.isOf("SeparableConv1D")) {
            return Optional.empty();
        }
        ObjectNode config = old.config();
        boolean isCausal = config.path("padding").asText().equals("causal")
                && config.path("data_format").asText().equals("channels_last");
        if (!isCausal) {
            return Optional.empty();
        }
        int reach = config.path("kernel_size").path(0).asInt() - 1;
        ObjectNode edges = Config.json();
        edges.putArray("padding")
                .add(reach * config.path("dilation_rate").path(0).asInt())
                .add(0);
        Layer padding = old.part("ZeroPadding1D", old.freeName().apply(old.name() + "_padding"), edges);
        Layer convolution = old.part("SeparableConv1D", old.name(), config.put("padding", "valid"));
        return Optional.of(new Replacement(
                List.of(padding, convolution),
                Map.of(),
                List.of("causal padding of SeparableConv1D written as ZeroPadding1D before it")));
    }
}
