package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * TensorFlow functions that models of images record beside their layers: convolutions with kernels that are tensors, pooling,
 * normalization by neighbours, patches and colours. They are a part of {@link TensorFlowFunctions}.
 *
 * <p>Source: the signatures of {@code tf.nn} and {@code tf.image} of TensorFlow 2, and of their nodes in a graph.
 */
final class TensorFlowImages {
    private final TensorFlowMore.Table table;

    private TensorFlowImages(TensorFlowMore.Table table) {
        this.table = table;
    }

    static void addTo(TensorFlowMore.Table table) {
        TensorFlowImages images = new TensorFlowImages(table);
        images.windows();
        images.otherWindows();
        images.normalization();
        images.pictures();
    }

    private void windows() {
        for (String name : new String[] {"conv1d", "conv2d", "conv3d", "convolution"}) {
            put(call -> convolution(call, "Conv"), "nn." + name);
        }
        put(call -> convolution(call, "Conv"), "compat.v1.nn.conv2d", "Conv2D", "Conv3D");
        put(
                call -> convolution(call, "DepthwiseConv"),
                "nn.depthwise_conv2d",
                "compat.v1.nn.depthwise_conv2d",
                "compat.v1.nn.depthwise_conv2d_native",
                "DepthwiseConv2dNative");
        for (String ending : new String[] {"", "1d", "2d", "3d"}) {
            put(call -> pool(call, "MaxPool"), "nn.max_pool" + ending);
            put(call -> pool(call, "AveragePool"), "nn.avg_pool" + ending);
        }
        put(call -> pool(call, "MaxPool"), "compat.v1.nn.max_pool", "MaxPool", "MaxPool3D");
        put(call -> pool(call, "AveragePool"), "compat.v1.nn.avg_pool", "AvgPool", "AvgPool3D");
        put(TensorFlowImages::patches, "image.extract_patches", "ExtractImagePatches");
    }

    /** Convolutions whose arguments stand elsewhere. */
    private void otherWindows() {
        put(
                call -> {
                    ObjectNode config = call.operation("nn", "Conv", call.first(), call.require(1, "filters"));
                    config.put("strides", 1).set("dilation_rate", call.requireConstant(2, "rate"));
                    window(call, config, call.requireConstant(3, "padding"));
                },
                "nn.atrous_conv2d");
        put(
                call -> {
                    JsonNode deep = call.require(1, "depthwise_filter");
                    JsonNode points = call.require(2, "pointwise_filter");
                    ObjectNode config = call.operation("nn", "SeparableConv", call.first(), deep, points);
                    config.set("strides", spatial(call, "strides", call.requireConstant(3, "strides")));
                    JsonNode dilations = call.named("dilations");
                    if (!dilations.isMissingNode()) {
                        config.set("dilation_rate", spatial(call, "dilations", dilations));
                    }
                    window(call, config, call.requireConstant(4, "padding"));
                },
                "nn.separable_conv2d");
        for (String ending : new String[] {"1d", "2d", "3d"}) {
            put(
                    TensorFlowImages::transposed,
                    "nn.conv" + ending + "_transpose",
                    "compat.v1.nn.conv" + ending + "_transpose");
        }
        put(
                call -> {
                    boolean isMean =
                            call.requireConstant(2, "pooling_type").asText().equals("AVG");
                    ObjectNode config = call.operation("nn", isMean ? "AveragePool" : "MaxPool", call.first());
                    config.set("pool_size", call.requireConstant(1, "window_shape"));
                    JsonNode strides = call.constant(3, "strides");
                    config.set(
                            "strides", strides.isMissingNode() ? Config.json().numberNode(1) : strides);
                    window(
                            call,
                            config,
                            call.constant(4, "padding").isMissingNode()
                                    ? Config.json().textNode("VALID")
                                    : call.constant(4, "padding"));
                },
                "nn.pool");
    }

    private static void transposed(TensorFlowCall call) {
        JsonNode kernel = call.require(1, "filters", "filter");
        JsonNode shape = call.require(2, "output_shape");
        JsonNode strides = call.requireConstant(3, "strides");
        JsonNode padding = call.constant(4, "padding");
        ObjectNode config =
                call.operation(TensorFlowFunctions.TENSORFLOW, "TensorFlowConvTranspose", call.first(), kernel, shape);
        config.set("strides", spatial(call, "strides", strides));
        window(call, config, padding.isMissingNode() ? Config.json().textNode("SAME") : padding);
    }

    private void normalization() {
        put(TensorFlowImages::byNeighbours, "nn.local_response_normalization", "nn.lrn", "LRN");
        put(TensorFlowImages::batch, "nn.batch_normalization");
        put(
                call -> {
                    ObjectNode config = call.operation("nn", "Moments", call.first());
                    config.set("axes", call.requireConstant(1, "axes"));
                    config.put("keepdims", call.truth(3, "keepdims", "keep_dims"));
                },
                "nn.moments",
                "compat.v1.nn.moments");
        put(TensorFlowImages::standardized, "image.per_image_standardization");
    }

    private void pictures() {
        put(call -> call.operation("image", "RGBToGrayscale", call.first()), "image.rgb_to_grayscale");
        put(call -> call.operation("image", "RGBToHSV", call.first()), "image.rgb_to_hsv", "RGBToHSV");
        put(call -> call.operation("image", "HSVToRGB", call.first()), "image.hsv_to_rgb", "HSVToRGB");
        put(
                call -> call.operation("numpy", "Repeat", call.first())
                        .put("repeats", 3)
                        .put("axis", -1),
                "image.grayscale_to_rgb");
        put(
                call -> call.operation("numpy", "Swapaxes", call.first())
                        .put("axis1", -3)
                        .put("axis2", -2),
                "image.transpose");
        put(TensorFlowImages::cropped, "image.crop_to_bounding_box");
        put(call -> blocks(call, "DepthToSpace"), "nn.depth_to_space", "compat.v1.depth_to_space", "DepthToSpace");
        put(call -> blocks(call, "SpaceToDepth"), "nn.space_to_depth", "compat.v1.space_to_depth", "SpaceToDepth");
    }

    private void put(Consumer<TensorFlowCall> translation, String... names) {
        table.put(translation, names);
    }

    /** {@code NHWC}, {@code NCW} and so on as Keras 3 calls them. */
    private static boolean isFirst(TensorFlowCall call) {
        String format = call.named("data_format").asText("NHWC");
        if (!format.startsWith("N") || !(format.startsWith("NC") || format.endsWith("C"))) {
            throw call.refused("data_format", format, "N, then C before or behind the directions");
        }
        return format.startsWith("NC");
    }

    private static void window(TensorFlowCall call, ObjectNode config, JsonNode padding) {
        String how = padding.asText().toLowerCase(Locale.ROOT);
        if (!how.equals("same") && !how.equals("valid")) {
            throw call.refused("padding", padding.toString(), "SAME or VALID");
        }
        config.put("padding", how);
        config.put("data_format", isFirst(call) ? "channels_first" : "channels_last");
    }

    /** A number, one for each direction, or these with 1 for the batch and the channels. */
    private static JsonNode spatial(TensorFlowCall call, String key, JsonNode lengths) {
        if (!lengths.isArray() || lengths.size() == 1) {
            return lengths.isArray() ? lengths.get(0) : lengths;
        }
        boolean hasBatch =
                lengths.size() > 3 || (lengths.size() == 3 && call.function().endsWith("1d"));
        if (!hasBatch) {
            return lengths;
        }
        int channels = isFirst(call) ? 1 : lengths.size() - 1;
        ArrayNode kept = Config.json().arrayNode();
        for (int i = 1; i < lengths.size(); i++) {
            if (i != channels) {
                kept.add(lengths.get(i));
            }
        }
        if (lengths.path(0).asInt() != 1 || lengths.path(channels).asInt() != 1) {
            throw call.refused(key, lengths.toString(), "1 for the batch and the channels");
        }
        return kept.size() == 1 ? kept.get(0) : kept;
    }

    private static void convolution(TensorFlowCall call, String className) {
        JsonNode kernel = call.require(1, "filters", "filter");
        JsonNode strides = call.constant(2, "strides", "stride");
        JsonNode padding = call.requireConstant(3, "padding");
        JsonNode dilations = call.named("dilations");
        JsonNode x = call.first();
        if (padding.isArray()) {
            call.operation("numpy", "Pad", x).put("mode", "constant").set("pad_width", padding);
            x = call.last();
            padding = Config.json().textNode("VALID");
        }
        ObjectNode config = call.operation("nn", className, x, kernel);
        config.set(
                "strides", strides.isMissingNode() ? Config.json().numberNode(1) : spatial(call, "strides", strides));
        if (!dilations.isMissingNode()) {
            config.set("dilation_rate", spatial(call, "dilations", dilations));
        }
        window(call, config, padding);
    }

    private static void pool(TensorFlowCall call, String className) {
        JsonNode size = call.requireConstant(1, "ksize");
        JsonNode strides = call.requireConstant(2, "strides");
        JsonNode padding = call.requireConstant(3, "padding");
        ObjectNode config = call.operation("nn", className, call.first());
        config.set("pool_size", spatial(call, "ksize", size));
        config.set("strides", spatial(call, "strides", strides));
        window(call, config, padding);
    }

    private static void patches(TensorFlowCall call) {
        JsonNode size = call.requireConstant(1, "sizes", "ksizes");
        JsonNode strides = call.requireConstant(2, "strides");
        JsonNode rates = call.requireConstant(3, "rates");
        JsonNode padding = call.requireConstant(4, "padding");
        ObjectNode config = call.operation("image", "ExtractPatches", call.first());
        config.set("size", spatial(call, "sizes", size));
        config.set("strides", spatial(call, "strides", strides));
        config.set("dilation_rate", spatial(call, "rates", rates));
        window(call, config, padding);
    }

    /** {@code x / (bias + α · sum of x² of 2 · radius + 1 channels)^β}: the sum is a mean over windows of a new axis. */
    private static void byNeighbours(TensorFlowCall call) {
        int radius = call.constant(1, "depth_radius").asInt(5);
        double bias = call.constant(2, "bias").asDouble(1);
        double alpha = call.constant(3, "alpha").asDouble(1);
        double beta = call.constant(4, "beta").asDouble(0.5);
        int width = 2 * radius + 1;
        call.operation("numpy", "Square", call.first());
        ArrayNode edges = call.operation("numpy", "Pad", call.last()).putArray("pad_width");
        for (int axis = 0; axis < 4; axis++) {
            int edge = axis < 3 ? 0 : radius;
            edges.addArray().add(edge).add(edge);
        }
        call.operation("numpy", "ExpandDims", call.last()).put("axis", -1);
        ObjectNode mean = call.operation("nn", "AveragePool", call.last());
        mean.putArray("pool_size").add(1).add(1).add(width);
        mean.put("strides", 1).put("padding", "valid").put("data_format", "channels_last");
        call.operation("numpy", "Squeeze", call.last()).put("axis", -1);
        call.operation("numpy", "Multiply", call.last(), number(alpha * width));
        call.operation("numpy", "Add", call.last(), number(bias));
        call.operation("numpy", "Power", call.last(), number(beta));
        call.operation("numpy", "TrueDivide", call.first(), call.last());
    }

    private static JsonNode number(double number) {
        return Config.json().numberNode(number);
    }

    /** {@code (x − mean) / sqrt(variance + ε) · scale + offset}. */
    private static void batch(TensorFlowCall call) {
        JsonNode variance = call.require(2, "variance");
        JsonNode offset = call.find(3, "offset");
        JsonNode scale = call.find(4, "scale");
        JsonNode epsilon = call.requireConstant(5, "variance_epsilon");
        if (variance.isArray()) {
            JsonNode mean = call.require(1, "mean");
            ObjectNode config =
                    call.operation("nn", "BatchNorm", call.first(), mean, variance, none(offset), none(scale));
            config.put("axis", -1).set("epsilon", epsilon);
            return;
        }
        JsonNode deviation = deviation(call, variance, epsilon);
        call.operation("numpy", "Subtract", call.first(), call.require(1, "mean"));
        call.operation("numpy", "TrueDivide", call.last(), deviation);
        if (!isNone(scale)) {
            call.operation("numpy", "Multiply", call.last(), scale);
        }
        if (!isNone(offset)) {
            call.operation("numpy", "Add", call.last(), offset);
        }
    }

    private static JsonNode deviation(TensorFlowCall call, JsonNode variance, JsonNode epsilon) {
        if (variance.isNumber()) {
            return number(Math.sqrt(variance.asDouble() + epsilon.asDouble()));
        }
        return call.then("numpy", "Sqrt", call.then("numpy", "Add", variance, epsilon));
    }

    private static JsonNode none(JsonNode argument) {
        return argument.isMissingNode() ? NullNode.getInstance() : argument;
    }

    private static boolean isNone(JsonNode argument) {
        return argument.isMissingNode() || argument.isNull();
    }

    /** By mean and deviation of each image, the latter no less than 1 / sqrt(number of elements). */
    private static void standardized(TensorFlowCall call) {
        call.operation("numpy", "OnesLike", call.first());
        overImage(call, "Sum", call.last());
        call.operation("math", "Rsqrt", call.last());
        JsonNode least = call.last();
        overImage(call, "Std", call.first());
        call.operation("numpy", "Maximum", call.last(), least);
        JsonNode deviation = call.last();
        overImage(call, "Mean", call.first());
        call.operation("numpy", "Subtract", call.first(), call.last());
        call.operation("numpy", "TrueDivide", call.last(), deviation);
    }

    private static void overImage(TensorFlowCall call, String className, JsonNode x) {
        ObjectNode config = call.operation("numpy", className, x).put("keepdims", true);
        config.putArray("axis").add(-3).add(-2).add(-1);
    }

    private static void blocks(TensorFlowCall call, String className) {
        call.refuseOther("data_format", "NHWC");
        call.layer(className, call.first()).set("block_size", call.requireConstant(1, "block_size"));
    }

    private static void cropped(TensorFlowCall call) {
        ArrayNode begins = Config.json().arrayNode();
        begins.add(call.requireConstant(1, "offset_height")).add(call.requireConstant(2, "offset_width"));
        ArrayNode lengths = Config.json().arrayNode();
        lengths.add(call.requireConstant(3, "target_height")).add(call.requireConstant(4, "target_width"));
        ArrayNode key = Config.json().arrayNode();
        key.addObject().put("class_name", "__ellipsis__");
        key.addAll(TensorFlowFunctions.ranges(begins, lengths));
        ObjectNode channels = key.addObject().put("class_name", "__slice__");
        channels.putObject("config").putNull("start").putNull("stop").putNull("step");
        call.operation("numpy", "GetItem", call.first(), key);
    }
}
