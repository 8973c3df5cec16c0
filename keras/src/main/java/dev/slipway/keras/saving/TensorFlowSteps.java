package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
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

    /** What they take goes through. */
    private static final Set<String> LOSSES = Set.of("AddLoss", "AddMetric");

    private TensorFlowSteps() {}

    static boolean isOperation(JsonNode layer) {
        String className = layer.path("class_name").asText();
        return FUNCTIONS.contains(className) || className.equals(NODE) || LOSSES.contains(className);
    }

    /** What a recorded function is called; empty for another layer. */
    static String function(JsonNode layer) {
        JsonNode config = layer.path("config");
        String className = layer.path("class_name").asText();
        if (LOSSES.contains(className)) {
            return "identity";
        }
        return className.equals(NODE)
                ? config.path("node_def").path("op").asText()
                : config.path("function").asText();
    }

    /**
     * The steps that do what one recorded function does.
     *
     * @param layer the layer, its calls in Keras 3's form
     * @param lengths what is known of the shapes that the model computes
     * @return one or more steps, the last with the layer's name
     * @throws ConfigException if the function is not known
     */
    static List<ObjectNode> toKeras3(ObjectNode layer, TensorFlowLengths lengths) {
        JsonNode config = layer.path("config");
        String name = layer.path("name").asText(config.path("name").asText());
        JsonNode nodes = layer.path("inbound_nodes");
        boolean isNode = layer.path("class_name").asText().equals(NODE);
        String function = function(layer);
        if (nodes.size() != 1) {
            throw new ConfigException(
                    "layer '" + name + "' (" + function + "): called " + nodes.size() + " times (expected: once)");
        }
        List<JsonNode> operands = operands(layer);
        JsonNode named = isNode
                ? attributes(config.path("node_def").path("attr"))
                : nodes.path(0).path("kwargs");
        TensorFlowCall call = new TensorFlowCall(name, function, operands, named, lengths);
        TensorFlowFunctions.append(function, call);
        return call.steps();
    }

    /** The tensors and constants of a call in Keras 3's form, by their places. */
    static List<JsonNode> operands(JsonNode layer) {
        JsonNode args = layer.path("inbound_nodes").path(0).path("args");
        boolean isNode = layer.path("class_name").asText().equals(NODE);
        return isNode ? operands(args.path(0), layer.path("config").path("constants")) : list(args);
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

    /** Protocol buffers write bytes in base 64. */
    private static String text(String written) {
        try {
            return new String(Base64.getDecoder().decode(written), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return written;
        }
    }

    /** Protocol buffers' {@code {type: DT_FLOAT}}, {@code {b: true}}, {@code {s: "U0FNRQ=="}} and others as plain values. */
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
            } else if (value.has("s")) {
                plain.put(entry.getKey(), text(value.path("s").asText()));
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
