package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Says in Keras 3's words how Keras 2.0 to 2.15, {@code tf.keras} included, put layers together; {@link Keras2Layers} has
 * the layers, {@link Keras2Nodes} their calls, {@link TensorFlowSteps} the operations. What would change the numbers and
 * cannot be said is refused.
 *
 * <table>
 * <caption>Differences</caption>
 * <tr><th>Keras 2</th><th>Keras 3</th></tr>
 * <tr><td>{@code config} of a Sequential is the list of layers (before 2.2.3)</td><td>{@code {name, layers}}</td></tr>
 * <tr><td>{@code batch_input_shape} of the first layer</td><td>an InputLayer with {@code batch_shape}</td></tr>
 * <tr><td>{@code {class_name: __tuple__ or TensorShape, items}}</td><td>a list</td></tr>
 * <tr><td>{@code {type: ndarray, value}}</td><td>the value</td></tr>
 * </table>
 *
 * <p>Source: {@code keras.engine.saving}, {@code network.get_config} of Keras 2.2 and {@code tf.keras} 2.x; read by
 * {@code keras.src.legacy.saving} of Keras 3.
 */
final class Keras2Dialect {
    /** {@code Container} and {@code Network} were what a Model is without its training. */
    static final Set<String> NETWORKS = Set.of("Container", "Functional", "Model", "Network", "Sequential");

    private static final Set<String> LISTS = Set.of("__tuple__", "TensorShape", "ListWrapper");

    /** Where layers hold layers. */
    private static final String[] INNER = {"layer", "backward_layer", "cell", "cells"};

    private int unnamed;

    private Keras2Dialect() {}

    /** An architecture in Keras 3's form. */
    static ObjectNode architecture(ObjectNode model) {
        ObjectNode copy = model.deepCopy();
        unwrap(copy);
        new Keras2Dialect().layer(copy);
        return copy;
    }

    private static void unwrap(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> field.setValue(unwrapped(field.getValue())));
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, unwrapped(array.get(i)));
            }
        }
        node.forEach(Keras2Dialect::unwrap);
    }

    private static JsonNode unwrapped(JsonNode node) {
        if (LISTS.contains(node.path("class_name").asText()) && node.has("items")) {
            return node.get("items");
        }
        boolean isArray = node.path("type").asText().equals("ndarray") && node.has("value");
        return isArray ? node.get("value") : node;
    }

    private void layer(JsonNode serialized) {
        if (!(serialized instanceof ObjectNode layer)) {
            return;
        }
        String className = layer.path("class_name").asText();
        if (className.equals("Sequential")) {
            sequential(layer);
        } else if (NETWORKS.contains(className)) {
            layer.put("class_name", "Functional");
            functional(layer.path("config"));
        } else if (layer.get("config") instanceof ObjectNode config) {
            Unreadable.orMarked(layer, () -> Keras2Layers.toKeras3(layer, config));
            for (String key : INNER) {
                JsonNode inner = config.path(key);
                layer(inner);
                if (inner.isArray()) {
                    inner.forEach(this::layer);
                }
            }
        }
    }

    private void sequential(ObjectNode network) {
        if (network.get("config") instanceof ArrayNode layers) {
            String name = network.path("name").asText(unnamed == 0 ? "sequential" : "sequential_" + unnamed);
            unnamed++;
            network.putObject("config").put("name", name).set("layers", layers);
        }
        if (!(network.path("config").get("layers") instanceof ArrayNode layers)) {
            return;
        }
        JsonNode first = layers.path(0);
        Optional<JsonNode> shape = inputShape(first);
        JsonNode type = inputType(first);
        layers.forEach(this::layer);
        if (shape.isPresent() && !first.path("class_name").asText().equals("InputLayer")) {
            ObjectNode input = Config.json().put("class_name", "InputLayer");
            ObjectNode config = input.putObject("config");
            config.put("name", first.path("config").path("name").asText("sequential") + "_input");
            config.put("dtype", type.asText("float32")).set("batch_shape", shape.get());
            layers.insert(0, input);
        }
    }

    /** The shape that goes into a layer; if it is a network, into its first layer. */
    private static Optional<JsonNode> inputShape(JsonNode layer) {
        return Optional.of(firstLayer(layer).path("config").path("batch_input_shape"))
                .filter(JsonNode::isArray);
    }

    /** An operation of mixed precision takes float32. */
    private static JsonNode inputType(JsonNode layer) {
        JsonNode type = firstLayer(layer).path("config").path("dtype");
        JsonNode policy = type.path("config").path("name");
        return policy.asText().startsWith("mixed") ? policy.path("") : type.isObject() ? policy : type;
    }

    private static JsonNode firstLayer(JsonNode layer) {
        JsonNode first = layer;
        while (NETWORKS.contains(first.path("class_name").asText())) {
            JsonNode config = first.path("config");
            first = (config.isArray() ? config : config.path("layers")).path(0);
        }
        boolean isWrapped = first.path("class_name").asText().equals("Bidirectional")
                && !first.path("config").has("batch_input_shape");
        return isWrapped ? first.path("config").path("layer") : first;
    }

    private void functional(JsonNode config) {
        if (!(config.get("layers") instanceof ArrayNode layers)) {
            return;
        }
        Keras2Nodes nodes = Keras2Nodes.of(config);
        layers.forEach(layer -> Unreadable.orMarked(layer, () -> nodes.toKeras3(layer)));
        nodes.endsToKeras3(config);
        NeededLayers.keep(config);
        TensorFlowLengths lengths = TensorFlowLengths.of(layers);
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i) instanceof ObjectNode layer && TensorFlowSteps.isOperation(layer)) {
                if (!TensorFlowLengths.isShape(layer)) {
                    i += replace(layers, i, steps(layer, lengths));
                }
            } else {
                layer(layers.get(i));
                Keras2Layers.callToKeras3(layers.get(i));
            }
        }
        // The shapes that were known are not computed any more; the others are.
        NeededLayers.keep(config);
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i) instanceof ObjectNode shape && TensorFlowLengths.isShape(layers.get(i))) {
                i += replace(layers, i, steps(shape, lengths));
            }
        }
        endToKeras3(config, "input_layers");
        endToKeras3(config, "output_layers");
    }

    /** Puts steps in the place of a layer; gives by how many places what follows moves. */
    private static int replace(ArrayNode layers, int place, List<ObjectNode> steps) {
        layers.remove(place);
        for (int i = 0; i < steps.size(); i++) {
            layers.insert(place + i, steps.get(i));
        }
        return steps.size() - 1;
    }

    /** Keras 2 lists the only output, too, and gives it without a list. */
    private static void endToKeras3(JsonNode config, String key) {
        JsonNode ends = config.path(key);
        if (config instanceof ObjectNode functional
                && ends.size() == 1
                && ends.path(0).isArray()) {
            functional.set(key, ends.get(0));
        }
    }

    /** The steps that do what a function does; the layer itself if there are none. */
    private static List<ObjectNode> steps(ObjectNode layer, TensorFlowLengths lengths) {
        List<ObjectNode> steps = new ArrayList<>();
        Unreadable.orMarked(layer, () -> steps.addAll(TensorFlowSteps.toKeras3(layer, lengths)));
        return steps.isEmpty() ? List.of(layer) : steps;
    }
}
