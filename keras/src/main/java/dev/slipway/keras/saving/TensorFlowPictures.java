package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import java.util.function.Consumer;

/**
 * TensorFlow functions that change the colours of images and turn or frame them, {@code [..., height, width, channels]}. They are
 * a part of {@link TensorFlowFunctions}.
 *
 * <p>Source: {@code tf.image} of TensorFlow 2, its matrices of YIQ and YUV included.
 */
final class TensorFlowPictures {
    private static final String AXIS = "axis";

    private static final double[][] TO_YIQ = {
        {0.299, 0.59590059, 0.2115}, {0.587, -0.27455667, -0.52273617}, {0.114, -0.32134392, 0.31119955}
    };
    private static final double[][] FROM_YIQ = {
        {1, 1, 1}, {0.95598634, -0.27201283, -1.10674021}, {0.6208248, -0.64720424, 1.70423049}
    };
    private static final double[][] TO_YUV = {
        {0.299, -0.14714119, 0.61497538}, {0.587, -0.28886916, -0.51496512}, {0.114, 0.43601035, -0.10001026}
    };
    private static final double[][] FROM_YUV = {{1, 1, 1}, {0, -0.394642334, 2.03206185}, {1.13988303, -0.58062185, 0}};

    private TensorFlowPictures() {}

    static void addTo(TensorFlowMore.Table table) {
        table.put(
                call -> call.operation("numpy", "Add", call.first(), call.require(1, "delta")),
                "image.adjust_brightness");
        table.put(TensorFlowPictures::contrast, "image.adjust_contrast");
        table.put(TensorFlowPictures::gamma, "image.adjust_gamma");
        table.put(
                call -> recoloured(call, 0, x -> {
                    JsonNode turned = call.then("numpy", "Add", x, call.require(1, "delta"));
                    return call.then("numpy", "Mod", turned, Config.json().numberNode(1.0));
                }),
                "image.adjust_hue");
        table.put(
                call -> recoloured(call, 1, x -> {
                    JsonNode factor = call.require(1, "saturation_factor");
                    call.operation("numpy", "Clip", call.then("numpy", "Multiply", x, factor))
                            .put("x_min", 0)
                            .put("x_max", 1);
                    return call.last();
                }),
                "image.adjust_saturation");
        table.put(product(TO_YIQ), "image.rgb_to_yiq");
        table.put(product(FROM_YIQ), "image.yiq_to_rgb");
        table.put(product(TO_YUV), "image.rgb_to_yuv");
        table.put(product(FROM_YUV), "image.yuv_to_rgb");
        table.put(
                call -> {
                    ObjectNode config = call.operation("numpy", "Rot90", call.first());
                    config.put("k", call.constant(1, "k").asInt(1));
                    config.putArray("axes").add(-3).add(-2);
                },
                "image.rot90");
        table.put(
                call -> {
                    ObjectNode config = call.operation("image", "PadImages", call.first());
                    config.set("top_padding", call.requireConstant(1, "offset_height"));
                    config.set("left_padding", call.requireConstant(2, "offset_width"));
                    config.set("target_height", call.requireConstant(3, "target_height"));
                    config.set("target_width", call.requireConstant(4, "target_width"));
                },
                "image.pad_to_bounding_box");
        table.put(TensorFlowPictures::variation, "image.total_variation");
    }

    /** The mean is that of each channel of each image. */
    private static void contrast(TensorFlowCall call) {
        call.operation("numpy", "Mean", call.first())
                .put("keepdims", true)
                .putArray(AXIS)
                .add(-3)
                .add(-2);
        JsonNode mean = call.last();
        JsonNode distance = call.then("numpy", "Subtract", call.first(), mean);
        JsonNode stretched = call.then("numpy", "Multiply", distance, call.require(1, "contrast_factor"));
        call.operation("numpy", "Add", stretched, mean);
    }

    /** {@code gain · x^gamma}. */
    private static void gamma(TensorFlowCall call) {
        JsonNode gamma = call.find(1, "gamma");
        JsonNode gain = call.find(2, "gain");
        JsonNode power = call.then("numpy", "Power", call.first(), gamma.isMissingNode() ? IntNode.valueOf(1) : gamma);
        call.operation("numpy", "Multiply", power, gain.isMissingNode() ? IntNode.valueOf(1) : gain);
    }

    /** What is done to one channel of hue, saturation and value. */
    private interface Change {
        JsonNode of(JsonNode channel);
    }

    private static void recoloured(TensorFlowCall call, int changed, Change change) {
        JsonNode colours = call.then("image", "RGBToHSV", call.first());
        ArrayNode channels = Config.json().arrayNode();
        for (int i = 0; i < 3; i++) {
            JsonNode channel = call.then(
                    "numpy",
                    "GetItem",
                    colours,
                    TensorFlowFunctions.along(-1, IntNode.valueOf(i), IntNode.valueOf(i + 1)));
            channels.add(i == changed ? change.of(channel) : channel);
        }
        call.operation("numpy", "Concatenate", channels).put(AXIS, -1);
        call.operation("image", "HSVToRGB", call.last());
    }

    private static Consumer<TensorFlowCall> product(double[][] matrix) {
        return call -> {
            ArrayNode rows = Config.json().arrayNode();
            for (double[] row : matrix) {
                ArrayNode numbers = rows.addArray();
                for (double number : row) {
                    numbers.add(number);
                }
            }
            call.operation("numpy", "Matmul", call.first(), rows);
        };
    }

    /** The sum of the distances of neighbours below and beside each other. */
    private static void variation(TensorFlowCall call) {
        JsonNode down = distances(call, -3);
        JsonNode across = distances(call, -2);
        call.operation("numpy", "Add", down, across);
    }

    private static JsonNode distances(TensorFlowCall call, int axis) {
        JsonNode later = call.then(
                "numpy",
                "GetItem",
                call.first(),
                TensorFlowFunctions.along(axis, IntNode.valueOf(1), NullNode.getInstance()));
        JsonNode earlier = call.then(
                "numpy",
                "GetItem",
                call.first(),
                TensorFlowFunctions.along(axis, NullNode.getInstance(), IntNode.valueOf(-1)));
        JsonNode distance = call.then("numpy", "Absolute", call.then("numpy", "Subtract", later, earlier));
        call.operation("numpy", "Sum", distance).putArray(AXIS).add(-3).add(-2).add(-1);
        return call.last();
    }
}
