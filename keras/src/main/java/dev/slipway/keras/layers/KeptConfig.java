package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Configuration that changes nothing at inference and that Slipway does not compute in training yet, such as constraints:
 * kept as it was read, written back, and refused by name when the layer is trained.
 */
final class KeptConfig {
    /**
     * Adapters of low rank: Keras stores the kernel with them already in it, and trains them instead of it. Only layers that have
     * them name them.
     */
    private static final List<String> LORA = List.of("lora_rank", "lora_alpha");

    private final Map<String, Optional<JsonNode>> values = new LinkedHashMap<>();

    private KeptConfig() {}

    /** Keys that are not set. */
    static KeptConfig of(String... keys) {
        KeptConfig kept = new KeptConfig();
        for (String key : keys) {
            kept.values.put(key, Optional.empty());
        }
        return kept;
    }

    static KeptConfig read(Config config, String... keys) {
        KeptConfig kept = new KeptConfig();
        for (String key : keys) {
            kept.values.put(key, config.find(key));
        }
        return kept;
    }

    /** These keys, and what a layer with adapters of low rank says of them. */
    KeptConfig withLora(Config config) {
        KeptConfig kept = new KeptConfig();
        kept.values.putAll(values);
        LORA.forEach(key -> kept.values.put(key, config.find(key)));
        return kept;
    }

    void write(ObjectNode config) {
        values.forEach((key, value) -> {
            if (value.isPresent() || !(config.has(key) || LORA.contains(key))) {
                config.set(key, LayerConfig.orNull(value));
            }
        });
    }

    /** Refuses to train with a key that is set; activity regularizers are applied to what comes out of layers. */
    void requireInference(Layer layer, LayerCall call) {
        values.forEach((key, value) -> {
            if (call.isTraining() && value.isPresent() && !key.equals("activity_regularizer")) {
                throw new ConfigException(layer + ": " + key + " = " + value.get()
                        + " (expected: not set in training, as Slipway does not support it yet)");
            }
        });
    }
}
