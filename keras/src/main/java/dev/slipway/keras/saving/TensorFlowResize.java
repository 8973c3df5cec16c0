package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.TensorFlow1;

/**
 * TensorFlow 1's functions that resize images. They take other places between the pixels than TensorFlow 2 does, unless they are
 * told to take the centres of the pixels. They are a part of {@link TensorFlowFunctions}.
 *
 * <p>Source: {@code tf.compat.v1.image.resize}, {@code resize_bilinear} and {@code resize_nearest_neighbor} of TensorFlow 2, and
 * their nodes in a graph.
 */
final class TensorFlowResize {
    private static final String BILINEAR = "bilinear";
    private static final String NEAREST = "nearest";

    private TensorFlowResize() {}

    static void addTo(TensorFlowMore.Table table) {
        table.put(call -> function(call, BILINEAR), "compat.v1.image.resize_bilinear", "ResizeBilinear");
        table.put(call -> function(call, NEAREST), "compat.v1.image.resize_nearest_neighbor", "ResizeNearestNeighbor");
        table.put(TensorFlowResize::resize, "compat.v1.image.resize", "compat.v1.image.resize_images");
    }

    /** {@code ResizeMethodV1} is a number, TensorFlow 2's {@code ResizeMethod} a name. */
    private static String method(TensorFlowCall call) {
        JsonNode method = call.constant(2, "method");
        return switch (method.asText("0")) {
            case "0", BILINEAR -> BILINEAR;
            case "1", NEAREST -> NEAREST;
            default -> throw call.refused("method", method.toString(), "0 or bilinear, 1 or nearest");
        };
    }

    /** Of a node the flags are attributes, of a call the arguments that follow, with the name of the result between them. */
    private static void function(TensorFlowCall call, String method) {
        resize(call, method, call.truth(2, "align_corners"), call.truth(4, "half_pixel_centers"));
    }

    private static void resize(TensorFlowCall call) {
        if (call.truth(4, "preserve_aspect_ratio")) {
            throw call.refused("preserve_aspect_ratio", "true", "false");
        }
        resize(call, method(call), call.truth(3, "align_corners"), false);
    }

    private static void resize(TensorFlowCall call, String method, boolean toCorners, boolean atCentres) {
        resized(call).put("interpolation", interpolation(call, method, toCorners, atCentres));
    }

    private static String interpolation(TensorFlowCall call, String method, boolean toCorners, boolean atCentres) {
        if (atCentres) {
            return method;
        }
        if (!method.equals(NEAREST)) {
            return toCorners ? TensorFlow1.BILINEAR_CORNERS : TensorFlow1.BILINEAR;
        }
        if (toCorners) {
            throw call.refused("align_corners", "true", "false for the nearest pixel, as Slipway supports it");
        }
        return TensorFlow1.NEAREST;
    }

    /** A step that makes an image of a given size, which the model may compute. */
    static ObjectNode resized(TensorFlowCall call) {
        JsonNode size = call.require(1, "size");
        if (TensorFlowCall.isComputed(size)) {
            return call.operation(TensorFlowFunctions.TENSORFLOW, "TensorFlowResize", call.first(), size);
        }
        ObjectNode config = call.layer("Resizing", call.first());
        config.set("height", size.path(0));
        config.set("width", size.path(1));
        return config;
    }
}
