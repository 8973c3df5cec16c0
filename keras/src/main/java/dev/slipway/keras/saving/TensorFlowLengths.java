package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.slipway.keras.config.Config;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What functional models of Keras 2 compute of shapes while they run, as {@code tf.reshape(x, [tf.shape(x)[0], 5, -1])}:
 * that a number is the length of the batch, which is all that can be said before.
 */
final class TensorFlowLengths {
    private static final Set<String> SHAPES = Set.of("shape", "shape_v2", "compat.v1.shape", "Shape");
    private static final Set<String> LISTS = Set.of("stack", "Pack");
    private static final Set<String> PARTS = Set.of("unstack", "Unpack");
    private static final Set<String> SAME = Set.of("cast", "Cast", "identity", "Identity");

    private final Map<String, JsonNode> layers = new HashMap<>();

    private TensorFlowLengths() {}

    /** Whether a layer computes a shape. */
    static boolean isShape(JsonNode layer) {
        return SHAPES.contains(function(layer));
    }

    /** What is known of a model, its calls in Keras 3's form. */
    static TensorFlowLengths of(ArrayNode layers) {
        TensorFlowLengths lengths = new TensorFlowLengths();
        for (JsonNode layer : layers) {
            lengths.layers.put(
                    layer.path("name").asText(layer.path("config").path("name").asText()), layer);
        }
        return lengths;
    }

    /** Lengths that were put together to a tensor, as the list of them; anything else as it is. */
    JsonNode list(JsonNode lengths) {
        JsonNode origin = origin(lengths);
        if (!LISTS.contains(function(origin))) {
            return lengths;
        }
        ArrayNode list = Config.json().arrayNode();
        List<JsonNode> operands = TensorFlowSteps.operands(origin);
        boolean isWrapped = operands.size() == 1 && operands.get(0).isArray();
        (isWrapped ? operands.get(0) : Config.json().arrayNode().addAll(operands)).forEach(list::add);
        return list;
    }

    /**
     * Whether a number is the length of the batch of a tensor.
     *
     * @param number the number
     * @param of the tensor; an input of the model will do as well
     */
    boolean isBatch(JsonNode number, JsonNode of) {
        JsonNode whole = batchOf(number);
        return whole.equals(of) || origin(whole).path("class_name").asText().equals("InputLayer");
    }

    /** The tensor whose first length this is; missing if it is none. */
    JsonNode batchOf(JsonNode number) {
        JsonNode origin = origin(number);
        String function = function(origin);
        List<JsonNode> operands = TensorFlowSteps.operands(origin);
        if (operands.isEmpty()) {
            return MissingNode.getInstance();
        }
        JsonNode first = operands.get(0);
        if (SAME.contains(function)) {
            return batchOf(first);
        }
        boolean isFirst = switch (function) {
            case "__operators__.getitem" ->
                isZero(origin.path("inbound_nodes").path(0).path("kwargs").path("slice_spec"));
            case "StridedSlice" ->
                isZero(operands.size() > 1 ? operands.get(1) : MissingNode.getInstance())
                        && origin.at("/config/node_def/attr/shrink_axis_mask/i").asInt() == 1;
            default ->
                PARTS.contains(function)
                        && number.at("/config/keras_history").path(2).asInt(1) == 0;
        };
        JsonNode shape = origin(first);
        List<JsonNode> whole = TensorFlowSteps.operands(shape);
        return isFirst && SHAPES.contains(function(shape)) && !whole.isEmpty()
                ? whole.get(0)
                : MissingNode.getInstance();
    }

    private static boolean isZero(JsonNode place) {
        JsonNode only = place.isArray() && place.size() == 1 ? place.get(0) : place;
        return only.isInt() && only.intValue() == 0;
    }

    private JsonNode origin(JsonNode tensor) {
        String name = tensor.at("/config/keras_history").path(0).asText();
        JsonNode found = layers.get(name);
        return TensorFlowCall.isTensor(tensor) && found != null ? found : MissingNode.getInstance();
    }

    private static String function(JsonNode layer) {
        return TensorFlowSteps.isOperation(layer) ? TensorFlowSteps.function(layer) : "";
    }
}
