package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;

/**
 * TensorFlow functions whose arguments are lengths, which the model may compute itself. Where all are numbers, Keras 3's operations
 * do it, otherwise operations of Slipway's own. They are a part of {@link TensorFlowFunctions}.
 *
 * <p>Source: {@code tf.shape}, {@code tf.tile}, {@code tf.fill}, {@code tf.range} and others of TensorFlow 2.
 */
final class TensorFlowShapes {
    private static final String MODULE = TensorFlowFunctions.TENSORFLOW;

    private TensorFlowShapes() {}

    static void addTo(TensorFlowMore.Table table) {
        table.put(call -> counted(call, "TensorFlowShape"), "shape", "shape_v2", "compat.v1.shape", "Shape");
        table.put(call -> counted(call, "TensorFlowSize"), "size", "size_v2", "compat.v1.size", "Size");
        table.put(call -> lengths(call, "BroadcastTo", "shape"), "broadcast_to", "BroadcastTo");
        table.put(call -> lengths(call, "Tile", "multiples"), "tile", "Tile");
        table.put(TensorFlowShapes::fill, "fill", "Fill");
        table.put(call -> filled(call, 0), "zeros", "compat.v1.zeros");
        table.put(call -> filled(call, 1), "ones", "compat.v1.ones");
        table.put(TensorFlowShapes::range, "range", "Range");
        table.put(TensorFlowShapes::slice, "slice", "Slice");
    }

    private static void counted(TensorFlowCall call, String className) {
        String type = TensorFlowFunctions.type(call.constant(1, "out_type").asText("int32"));
        call.operation(MODULE, className, call.first()).put("dtype", type);
    }

    private static void lengths(TensorFlowCall call, String className, String name) {
        JsonNode lengths = call.require(1, name);
        if (TensorFlowCall.isComputed(lengths)) {
            call.operation(
                    MODULE, className.equals("Tile") ? "TensorFlowTile" : "TensorFlowBroadcast", call.first(), lengths);
        } else {
            call.operation("numpy", className, call.first())
                    .set(className.equals("Tile") ? "repeats" : "shape", lengths);
        }
    }

    private static void fill(TensorFlowCall call) {
        call.operation(MODULE, "TensorFlowFill", call.require(0, "dims"), call.require(1, "value"));
    }

    private static void filled(TensorFlowCall call, int value) {
        JsonNode type = call.constant(1, "dtype");
        call.operation(
                        MODULE,
                        "TensorFlowFill",
                        call.require(0, "shape"),
                        Config.json().numberNode(value))
                .put("dtype", TensorFlowFunctions.type(type.asText("float32")));
    }

    /** With one bound it begins at 0. */
    private static void range(TensorFlowCall call) {
        JsonNode start = call.require(0, "start");
        JsonNode limit = call.find(1, "limit");
        boolean isOne = limit.isMissingNode() || limit.isNull();
        JsonNode delta = call.find(2, "delta");
        ObjectNode config = call.operation(
                MODULE,
                "TensorFlowRange",
                isOne ? IntNode.valueOf(0) : start,
                isOne ? start : limit,
                delta.isMissingNode() ? IntNode.valueOf(1) : delta);
        JsonNode type = call.constant(3, "dtype");
        if (type.isTextual()) {
            config.put("dtype", TensorFlowFunctions.type(type.asText()));
        }
    }

    /** A size of -1 goes to the end. */
    private static void slice(TensorFlowCall call) {
        JsonNode begin = call.require(1, "begin");
        JsonNode size = call.require(2, "size");
        if (TensorFlowCall.isComputed(begin) || TensorFlowCall.isComputed(size)) {
            call.operation(MODULE, "TensorFlowSlice", call.first(), begin, size);
        } else {
            call.operation("numpy", "GetItem", call.first(), TensorFlowFunctions.ranges(begin, size));
        }
    }
}
