package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import java.util.HashMap;
import java.util.Map;

/**
 * The calls of layers in a functional model of Keras 1 and 2 in Keras 3's form.
 *
 * <table>
 * <caption>Differences</caption>
 * <tr><th>Keras 2</th><th>Keras 3</th></tr>
 * <tr><td>{@code [[layer, node, tensor, kwargs], …]}: a tensor or a list of them</td><td>{@code {args, kwargs}}</td></tr>
 * <tr><td>{@code [_CONSTANT_VALUE, -1, value, kwargs]}</td><td>the value</td></tr>
 * <tr><td>{@code [layer, node, tensor]} in kwargs</td><td>a {@code __keras_tensor__}</td></tr>
 * <tr><td>a network in a network counts its uses from 1, if it knew its input when it was made</td><td>from 0; where a
 * model ends, a Functional from 1</td></tr>
 * </table>
 *
 * <p>Source: {@code Node.serialize} and {@code reconstruct_from_config} of {@code tf.keras} 2.10; {@code
 * Network.get_config} of Keras 2.2.
 */
final class Keras2Nodes {
    private static final String CONSTANT = "_CONSTANT_VALUE";

    /** The class of each network in this one. */
    private final Map<String, String> networks = new HashMap<>();

    /** The lowest number of a use of each network. */
    private final Map<String, Integer> lowest = new HashMap<>();

    private Keras2Nodes() {}

    /** Reads how the networks in a network are counted. */
    static Keras2Nodes of(JsonNode functional) {
        Keras2Nodes nodes = new Keras2Nodes();
        for (JsonNode layer : functional.path("layers")) {
            String className = layer.path("class_name").asText();
            if (Keras2Dialect.NETWORKS.contains(className)) {
                nodes.networks.put(nameOf(layer), className);
            }
        }
        functional.path("layers").forEach(layer -> nodes.count(layer.path("inbound_nodes")));
        nodes.count(functional.path("output_layers"));
        return nodes;
    }

    private static String nameOf(JsonNode layer) {
        return layer.path("name").asText(layer.path("config").path("name").asText());
    }

    private void count(JsonNode node) {
        if (isTensor(node)) {
            lowest.merge(node.path(0).asText(), node.path(1).asInt(), Math::min);
            count(node.path(3));
        } else {
            node.forEach(this::count);
        }
    }

    private static boolean isTensor(JsonNode node) {
        boolean isLong = node.isArray() && (node.size() == 3 || node.size() == 4);
        return isLong && node.get(0).isTextual() && node.get(1).isInt() && !isConstant(node);
    }

    private static boolean isConstant(JsonNode node) {
        return node.isArray() && node.size() >= 3 && node.path(0).asText().equals(CONSTANT);
    }

    /** The use of a layer counted from 0. */
    private int use(JsonNode tensor) {
        String name = tensor.path(0).asText();
        int from = networks.containsKey(name) && lowest.getOrDefault(name, 1) > 0 ? 1 : 0;
        return tensor.path(1).asInt() - from;
    }

    /** Rewrites the calls of one layer. */
    void toKeras3(JsonNode layer) {
        if (!(layer.get("inbound_nodes") instanceof ArrayNode nodes)) {
            return;
        }
        boolean keepsLists = TensorFlowSteps.isOperation(layer);
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i).isArray() || isByName(nodes.get(i))) {
                nodes.set(i, node(nodes.get(i), keepsLists));
            } else if (!nodes.get(i).has("args")) {
                throw new ConfigException("layer '" + nameOf(layer) + "': called with " + nodes.get(i)
                        + " (expected: a tensor or a list of tensors)");
            }
        }
    }

    /** A network may be called with its inputs by their names. */
    private static boolean isByName(JsonNode node) {
        return node.isObject()
                && !node.isEmpty()
                && node.properties().stream().allMatch(input -> isTensor(input.getValue()));
    }

    private ObjectNode node(JsonNode written, boolean keepsLists) {
        ObjectNode node = Config.json();
        ArrayNode args = node.putArray("args");
        ObjectNode kwargs = node.putObject("kwargs");
        boolean isOne = written.isArray() && written.size() == 1 && !keepsLists;
        args.add(argument(isOne ? written.get(0) : written));
        collect(written, kwargs);
        return node;
    }

    /** The arguments that have names are written beside each tensor of the first argument. */
    private void collect(JsonNode first, ObjectNode kwargs) {
        if (isTensor(first) || isConstant(first)) {
            first.path(3).properties().forEach(named -> kwargs.set(named.getKey(), argument(named.getValue())));
        } else {
            first.forEach(item -> collect(item, kwargs));
        }
    }

    private JsonNode argument(JsonNode written) {
        if (isConstant(written)) {
            return written.get(2);
        }
        if (isTensor(written)) {
            ObjectNode symbolic = Config.json().put("class_name", "__keras_tensor__");
            ArrayNode history = symbolic.putObject("config").putArray("keras_history");
            history.add(written.get(0)).add(use(written)).add(written.get(2));
            return symbolic;
        }
        if (written.isArray()) {
            ArrayNode items = Config.json().arrayNode();
            written.forEach(item -> items.add(argument(item)));
            return items;
        }
        if (written.isObject()) {
            ObjectNode fields = Config.json();
            written.properties().forEach(field -> fields.set(field.getKey(), argument(field.getValue())));
            return fields;
        }
        return written;
    }

    /** Rewrites where a model begins and ends. */
    void endsToKeras3(JsonNode functional) {
        endToKeras3(functional.path("input_layers"));
        endToKeras3(functional.path("output_layers"));
    }

    private void endToKeras3(JsonNode ends) {
        if (!isTensor(ends)) {
            ends.forEach(this::endToKeras3);
        } else if (ends instanceof ArrayNode end) {
            String className = networks.getOrDefault(end.get(0).asText(), "Sequential");
            end.set(1, use(end) + (className.equals("Sequential") ? 0 : 1));
        }
    }
}
