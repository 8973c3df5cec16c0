package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.ConfigException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Keras 3 allows no {@code /} in the name of a layer; Keras 2 did, and its DenseNet has {@code conv1/conv}. In a file of Keras
 * 3 that is {@code conv1_conv}, as Keras 3's own DenseNet names it.
 *
 * <p>Source: {@code keras.src.ops.operation.Operation} of Keras 3, which refuses such a name.
 */
final class SlashedNames {
    private final Map<String, String> renamed = new HashMap<>();

    /**
     * The names to change in a model.
     *
     * @param architecture the serialized model
     * @throws ConfigException if another layer has the new name already
     */
    SlashedNames(JsonNode architecture) {
        Set<String> names = new HashSet<>();
        collect(architecture, names);
        Set<String> taken = new HashSet<>(names);
        for (String name : names) {
            if (name.contains("/")) {
                String plain = name.replace('/', '_');
                if (!taken.add(plain)) {
                    throw new ConfigException("layer '" + name + "': '" + plain + "' in a file of Keras 3 (expected: no"
                            + " other layer of that name; rename one of them)");
                }
                renamed.put(name, plain);
            }
        }
    }

    private static void collect(JsonNode node, Set<String> names) {
        if (node.has("class_name") && node.path("config").has("name")) {
            names.add(node.path("config").path("name").asText());
        }
        node.forEach(child -> collect(child, names));
    }

    /** The name of a layer in a file of Keras 3. */
    String of(String name) {
        return renamed.getOrDefault(name, name);
    }

    /** A configuration with every use of such a name, as text or as key, changed. */
    JsonNode in(JsonNode node) {
        if (renamed.isEmpty()) {
            return node;
        }
        if (node.isTextual()) {
            return JsonNodeFactory.instance.textNode(of(node.asText()));
        }
        if (node instanceof ObjectNode object) {
            ObjectNode changed = JsonNodeFactory.instance.objectNode();
            object.properties().forEach(field -> changed.set(of(field.getKey()), in(field.getValue())));
            return changed;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode changed = JsonNodeFactory.instance.arrayNode();
            array.forEach(item -> changed.add(in(item)));
            return changed;
        }
        return node;
    }
}
