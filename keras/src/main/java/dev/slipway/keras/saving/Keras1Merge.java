package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Keras 1's {@code Merge} as the merging layers of Keras 2, one for each of its modes.
 *
 * <p>Source: {@code keras.engine.topology.Merge} of Keras 1.2.
 */
final class Keras1Merge {
    private static final Map<String, String> CLASSES = Map.of(
            "sum", "Add",
            "mul", "Multiply",
            "concat", "Concatenate",
            "ave", "Average",
            "max", "Maximum",
            "dot", "Dot",
            "cos", "Dot");

    private Keras1Merge() {}

    /** Rewrites what merges in a functional model. */
    static void toLayers(JsonNode functional) {
        if (!(functional.path("layers") instanceof ArrayNode layers)) {
            return;
        }
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i) instanceof ObjectNode layer
                    && layer.path("class_name").asText().equals("Merge")
                    && layer.get("config") instanceof ObjectNode config) {
                Unreadable.orMarked(layer, () -> toLayer(layer, config));
                if (config.remove("cos") != null) {
                    layers.insert(++i, expanded(layer, config));
                }
            }
        }
    }

    private static void toLayer(ObjectNode layer, ObjectNode config) {
        String mode = config.path("mode").asText();
        String className = CLASSES.get(mode);
        String name = config.path("name").asText();
        boolean isCode = !config.path("mode_type").asText("raw").equals("raw");
        if (isCode) {
            throw new ConfigException("layer '" + name + "' (Merge): mode is Python code (expected: one of "
                    + CLASSES.keySet().stream().sorted().toList()
                    + "; replace it in Keras by layers that merge and layers that compute)");
        }
        if (className == null) {
            throw new ConfigException("layer '" + name + "' (Merge): mode = " + config.path("mode")
                    + " (expected: one of " + CLASSES.keySet().stream().sorted().toList() + ")");
        }
        ObjectNode now = Config.json().put("name", name);
        if (className.equals("Concatenate")) {
            now.put("axis", config.path("concat_axis").asInt(-1));
        }
        if (className.equals("Dot")) {
            dot(name, config.path("dot_axes"), now);
            now.put("normalize", mode.equals("cos"));
        }
        config.removeAll();
        config.setAll(now);
        if (mode.equals("cos")) {
            config.put("cos", true);
        }
        layer.put("class_name", className);
    }

    /** One axis for both, an axis for each, or a list of one axis for each. */
    private static void dot(String name, JsonNode axes, ObjectNode config) {
        List<Integer> plain = new ArrayList<>();
        for (JsonNode axis : axes.isArray() ? axes : Config.json().arrayNode().add(axes)) {
            JsonNode only = axis.isArray() && axis.size() == 1 ? axis.get(0) : axis;
            if (!only.isInt()) {
                throw new ConfigException("layer '" + name + "' (Merge): dot_axes = " + axes
                        + " (expected: an axis, or one for each input)");
            }
            plain.add(only.intValue());
        }
        if (plain.size() == 1) {
            config.put("axes", plain.get(0));
        } else {
            plain.forEach(config.putArray("axes")::add);
        }
    }

    /** The cosine of two rows had two axes behind the batch: the layer becomes an inner one, and one that reshapes follows. */
    private static ObjectNode expanded(ObjectNode layer, ObjectNode config) {
        String name = config.path("name").asText();
        config.put("name", name + "_cosine");
        ObjectNode reshape = Config.json().put("class_name", "Reshape").put("name", name);
        reshape.putObject("config")
                .put("name", name)
                .putArray("target_shape")
                .add(1)
                .add(1);
        ArrayNode nodes = reshape.putArray("inbound_nodes");
        for (int i = 0; i < layer.path("inbound_nodes").size(); i++) {
            nodes.addArray().addArray().add(name + "_cosine").add(i).add(0);
        }
        layer.put("name", name + "_cosine");
        return reshape;
    }
}
