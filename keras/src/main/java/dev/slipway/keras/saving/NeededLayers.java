package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Leaves out the layers of a functional model, in Keras 3's form, on which no output depends. Keras 2 lists such where a loss
 * was added to the model by {@code add_loss}, and where shapes were computed that are known; Keras 3 has none.
 */
final class NeededLayers {
    private NeededLayers() {}

    static void keep(JsonNode functional) {
        if (!(functional.path("layers") instanceof ArrayNode layers)) {
            return;
        }
        Map<String, JsonNode> byName = new HashMap<>();
        layers.forEach(layer -> byName.put(nameOf(layer), layer));
        Deque<String> open = new ArrayDeque<>();
        functional.path("output_layers").forEach(end -> {
            open.add(end.path(0).asText());
            open.add(end.asText());
        });
        Set<String> needed = new HashSet<>();
        while (!open.isEmpty()) {
            String name = open.remove();
            JsonNode layer = byName.get(name);
            if (layer != null && needed.add(name)) {
                for (JsonNode history : layer.path("inbound_nodes").findValues("keras_history")) {
                    open.add(history.path(0).asText());
                }
            }
        }
        for (int i = layers.size() - 1; i >= 0 && !needed.isEmpty(); i--) {
            boolean isInput = layers.get(i).path("class_name").asText().equals("InputLayer");
            if (!isInput && !needed.contains(nameOf(layers.get(i)))) {
                layers.remove(i);
            }
        }
    }

    private static String nameOf(JsonNode layer) {
        return layer.path("name").asText(layer.path("config").path("name").asText());
    }
}
