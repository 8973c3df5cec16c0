package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * The TensorFlow functions that functional models of Keras 2 recorded as layers, as operations of Keras 3.
 *
 * <table>
 * <caption>Classes</caption>
 * <tr><th>class</th><th>says what it does in</th></tr>
 * <tr><td>TFOpLambda, SlicingOpLambda</td><td>{@code config.function}, such as {@code math.add}</td></tr>
 * <tr><td>TensorFlowOpLayer</td><td>{@code config.node_def.op}, such as {@code AddV2}, with {@code config.constants}
 * by their places among the operands</td></tr>
 * </table>
 *
 * <p>Source: {@code keras.layers.core.tf_op_layer} of Keras 2.10, {@code TensorFlowOpLayer} of {@code tf.keras} 2.3.
 */
final class TensorFlowSteps {
    private static final Set<String> FUNCTIONS = Set.of("TFOpLambda", "SlicingOpLambda");
    private static final String NODE = "TensorFlowOpLayer";

    private TensorFlowSteps() {}

    static boolean isOperation(JsonNode layer) {
        String className = layer.path("class_name").asText();
        return FUNCTIONS.contains(className) || className.equals(NODE);
    }

    /**
     * The steps that do what one recorded function does.
     *
     * @param layer the layer, its calls in Keras 3's form
     * @return one or more steps, the last with the layer's name
     * @throws ConfigException if the function is not known
     */
    static List<ObjectNode> toKeras3(ObjectNode layer) {
        JsonNode config = layer.path("config");
        String name = layer.path("name").asText(config.path("name").asText());
        JsonNode nodes = layer.path("inbound_nodes");
        boolean isNode = layer.path("class_name").asText().equals(NODE);
        String function = isNode
                ? config.path("node_def").path("op").asText()
                : config.path("function").asText();
        if (nodes.size() != 1) {
            throw new ConfigException(
                    "layer '" + name + "' (" + function + "): called " + nodes.size() + " times (expected: once)");
        }
        JsonNode args = nodes.path(0).path("args");
        List<JsonNode> operands = isNode ? operands(args.path(0), config.path("constants")) : list(args);
        JsonNode named = isNode
                ? attributes(config.path("node_def").path("attr"))
                : nodes.path(0).path("kwargs");
        TensorFlowCall call = new TensorFlowCall(name, function, operands, named);
        TensorFlowFunctions.append(function, call);
        return call.steps();
    }

    private static List<JsonNode> list(JsonNode array) {
        List<JsonNode> items = new ArrayList<>();
        array.forEach(items::add);
        return items;
    }

    /** The tensors with the constants put where they belong. */
    private static List<JsonNode> operands(JsonNode tensors, JsonNode constants) {
        List<JsonNode> operands = TensorFlowCall.isTensor(tensors)
                ? list(Config.json().arrayNode().add(tensors))
                : list(tensors);
        TreeMap<Integer, JsonNode> byPlace = new TreeMap<>();
        constants.properties().forEach(entry -> {
            if (entry.getKey().matches("\\d{1,4}")) {
                byPlace.put(Integer.valueOf(entry.getKey()), entry.getValue());
            }
        });
        byPlace.forEach((place, value) -> operands.add(Math.min(place, operands.size()), value));
        return operands;
    }

    /** Protocol buffers' {@code {type: DT_FLOAT}}, {@code {b: true}}, {@code {i: "1"}} as plain values. */
    private static JsonNode attributes(JsonNode written) {
        ObjectNode plain = Config.json();
        written.properties().forEach(entry -> {
            JsonNode value = entry.getValue();
            if (value.has("i")) {
                plain.put(entry.getKey(), value.path("i").asLong());
            } else if (value.has("b")) {
                plain.set(entry.getKey(), value.get("b"));
            } else if (value.has("f")) {
                plain.set(entry.getKey(), value.get("f"));
            } else if (value.has("type")) {
                plain.set(entry.getKey(), value.get("type"));
            } else if (value.path("list").has("i")) {
                value.path("list")
                        .path("i")
                        .forEach(i -> plain.withArrayProperty(entry.getKey()).add(i.asLong()));
            }
        });
        return plain;
    }
}
