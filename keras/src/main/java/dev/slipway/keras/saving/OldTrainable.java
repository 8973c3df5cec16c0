package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.ConfigException;
import java.util.HashMap;
import java.util.Map;

/** Says in an old architecture which layers are frozen now. */
final class OldTrainable {
    private static final String KEY = "trainable";

    private OldTrainable() {}

    /**
     * An old architecture with the layers frozen that are frozen now.
     *
     * @param old the architecture as a file of Keras 1 or 2 has it
     * @param now the same in Keras 3's form
     * @return a copy
     * @throws ConfigException if a layer is frozen that the old one does not have, or a model in this one is frozen as a whole
     */
    static ObjectNode in(ObjectNode old, ObjectNode now) {
        ObjectNode copy = old.deepCopy();
        network(copy, now);
        return copy;
    }

    private static void network(JsonNode old, JsonNode now) {
        Map<String, JsonNode> layers = new HashMap<>();
        JsonNode config = old.path("config");
        for (JsonNode layer : config.isArray() ? config : config.path("layers")) {
            layers.put(
                    layer.path("config").path("name").asText(layer.path("name").asText()), layer);
        }
        for (JsonNode layer : now.path("config").path("layers")) {
            JsonNode same = layers.get(layer.path("config").path("name").asText());
            if (same != null) {
                layer(same, layer);
            } else if (isFrozen(layer)) {
                throw refused(layer, "a layer that the old file has");
            }
        }
    }

    private static void layer(JsonNode old, JsonNode now) {
        if (Keras2Dialect.NETWORKS.contains(old.path("class_name").asText())) {
            if (isFrozen(now)) {
                throw refused(now, "the layers in it frozen instead, as old files say it of them only");
            }
            network(old, now);
        } else if (old.path("config") instanceof ObjectNode config) {
            if (isFrozen(old) != isFrozen(now)) {
                config.put(KEY, !isFrozen(now));
            }
            if (config.has("layer") && now.path("config").has("layer")) {
                layer(config.path("layer"), now.path("config").path("layer"));
            }
        }
    }

    private static boolean isFrozen(JsonNode layer) {
        return !layer.path("config").path(KEY).asBoolean(true);
    }

    private static ConfigException refused(JsonNode layer, String expected) {
        return new ConfigException("layer '" + layer.path("config").path("name").asText() + "': frozen (expected: "
                + expected + "); write it as .onnx, or keep the old file");
    }
}
