package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The configurations of Keras 1's layers in Keras 2's form.
 *
 * <p>Longer than one screen because it is a table: one {@code case} for each class that differs.
 *
 * <p>Source: {@code get_config} of the layers of Keras 1.0 to 1.2; {@code keras.legacy.interfaces} of Keras 2.
 */
final class Keras1Layers {
    /** Keys that mean the same in every layer. */
    private static final Map<String, String> KEYS = Map.ofEntries(
            Map.entry("atrous_rate", "dilation_rate"),
            Map.entry("b_constraint", "bias_constraint"),
            Map.entry("b_regularizer", "bias_regularizer"),
            Map.entry("beta_init", "beta_initializer"),
            Map.entry("bias", "use_bias"),
            Map.entry("border_mode", "padding"),
            Map.entry("depthwise_init", "depthwise_initializer"),
            Map.entry("dim_ordering", "data_format"),
            Map.entry("dropout_U", "recurrent_dropout"),
            Map.entry("dropout_W", "dropout"),
            Map.entry("gamma_init", "gamma_initializer"),
            Map.entry("init", "kernel_initializer"),
            Map.entry("inner_activation", "recurrent_activation"),
            Map.entry("inner_init", "recurrent_initializer"),
            Map.entry("nb_filter", "filters"),
            Map.entry("p", "rate"),
            Map.entry("pointwise_init", "pointwise_initializer"),
            Map.entry("pool_length", "pool_size"),
            Map.entry("sigma", "stddev"),
            Map.entry("stride", "strides"),
            Map.entry("subsample", "strides"),
            Map.entry("subsample_length", "strides"),
            Map.entry("U_regularizer", "recurrent_regularizer"),
            Map.entry("W_constraint", "kernel_constraint"),
            Map.entry("W_regularizer", "kernel_regularizer"));

    private static final Map<String, String> CLASSES = Map.ofEntries(
            Map.entry("AtrousConvolution1D", "Conv1D"),
            Map.entry("AtrousConvolution2D", "Conv2D"),
            Map.entry("Convolution1D", "Conv1D"),
            Map.entry("Convolution2D", "Conv2D"),
            Map.entry("Convolution3D", "Conv3D"),
            Map.entry("Deconvolution2D", "Conv2DTranspose"),
            Map.entry("SeparableConvolution2D", "SeparableConv2D"),
            Map.entry("TimeDistributedDense", "Dense"));

    private static final Map<String, String> INITIALIZERS =
            Map.of("uniform", "random_uniform", "normal", "random_normal", "zero", "zeros", "one", "ones");

    private Keras1Layers() {}

    /** Rewrites one layer, which is neither a network nor a merge. */
    static void toKeras2(ObjectNode layer, ObjectNode config) {
        String written = layer.path("class_name").asText();
        if (written.equals("Merge")) {
            return;
        }
        String className = CLASSES.getOrDefault(written, written);
        layer.put("class_name", className);
        inputs(className, config);
        own(layer, className, config);
        KEYS.forEach((old, now) -> Keras2Layers.rename(config, old, now));
        for (Map.Entry<String, JsonNode> field : config.properties()) {
            field.setValue(value(field.getKey(), field.getValue()));
        }
    }

    /** What was said of the first layer's input, and in others means nothing. */
    private static void inputs(String className, ObjectNode config) {
        JsonNode type = config.remove("input_dtype");
        if (type != null && type.isTextual() && (config.has("batch_input_shape") || className.equals("InputLayer"))) {
            config.set("dtype", type);
        }
        if (!className.equals("Embedding")) {
            config.remove(List.of("input_dim", "input_length"));
        }
        config.remove("output_shape_type");
    }

    private static JsonNode value(String key, JsonNode value) {
        if (key.equals("data_format")) {
            return Config.json().textNode(value.asText().equals("th") ? "channels_first" : "channels_last");
        }
        if (key.endsWith("_initializer") && value.isTextual()) {
            return Config.json().textNode(INITIALIZERS.getOrDefault(value.asText(), value.asText()));
        }
        if (key.endsWith("_regularizer") && value.isObject()) {
            return regularizer(value);
        }
        if (key.endsWith("_constraint") && value.isObject() && value.has("name")) {
            ObjectNode config = value.deepCopy();
            ObjectNode constraint =
                    Config.json().put("class_name", value.path("name").asText());
            config.remove("name");
            Keras2Layers.rename(config, "m", "max_value");
            Keras2Layers.rename(config, "p", "axis");
            Keras2Layers.rename(config, "low", "min_value");
            Keras2Layers.rename(config, "high", "max_value");
            return constraint.set("config", config);
        }
        return value;
    }

    /** Norms, whatever they were called; another one, such as {@code EigenvalueRegularizer}, by its name. */
    private static JsonNode regularizer(JsonNode written) {
        ObjectNode now = Config.json();
        if (written.has("l1") || written.has("l2")) {
            now.put("class_name", "L1L2")
                    .putObject("config")
                    .put("l1", written.path("l1").asDouble())
                    .put("l2", written.path("l2").asDouble());
            return now;
        }
        if (!(written.get("name") instanceof TextNode name)) {
            return written;
        }
        ObjectNode config = written.deepCopy();
        config.remove("name");
        now.set("class_name", name);
        return now.set("config", config);
    }

    private static void own(ObjectNode layer, String className, ObjectNode config) {
        switch (className) {
            case "BatchNormalization" -> {
                if (config.path("mode").asInt() != 0) {
                    layer.put("class_name", "Keras1BatchNormalization");
                    return;
                }
                config.remove("mode");
            }
            case "Conv1D" -> Keras2Layers.rename(config, "filter_length", "kernel_size");
            case "Conv2D", "SeparableConv2D", "LocallyConnected2D", "ConvLSTM2D", "Conv2DTranspose" -> {
                kernelSize(config, "nb_row", "nb_col");
                if (className.equals("Conv2DTranspose")) {
                    outputPadding(config);
                }
                if (className.equals("ConvLSTM2D")) {
                    recurrent(config);
                }
            }
            case "Conv3D" -> kernelSize(config, "kernel_dim1", "kernel_dim2", "kernel_dim3");
            case "Dense", "MaxoutDense" -> Keras2Layers.rename(config, "output_dim", "units");
            case "Embedding" -> {
                for (String key : new String[] {"initializer", "regularizer", "constraint"}) {
                    String old = key.equals("initializer") ? "init" : "W_" + key;
                    Keras2Layers.rename(config, old, "embeddings_" + key);
                }
                config.remove("dropout");
            }
            case "GRU", "LSTM", "SimpleRNN" -> {
                Keras2Layers.rename(config, "output_dim", "units");
                recurrent(config);
            }
            case "LocallyConnected1D" -> {
                Keras2Layers.rename(config, "filter_length", "kernel_size");
                config.put("implementation", 1);
            }
            case "PReLU" -> Keras2Layers.rename(config, "init", "alpha_initializer");
            case "UpSampling1D" -> Keras2Layers.rename(config, "length", "size");
            case "ZeroPadding1D" -> {
                JsonNode padding = config.path("padding");
                if (padding.isObject()) {
                    config.putArray("padding")
                            .add(padding.path("left_pad").asInt())
                            .add(padding.path("right_pad").asInt());
                }
            }
            case "ZeroPadding2D" -> padding(config);
            default -> {}
        }
    }

    private static void kernelSize(ObjectNode config, String... keys) {
        ArrayNode lengths = Config.json().arrayNode();
        for (String key : keys) {
            JsonNode length = config.remove(key);
            if (length != null) {
                lengths.add(length);
            }
        }
        if (!lengths.isEmpty()) {
            config.set("kernel_size", lengths);
        }
    }

    /**
     * Keras 1 was told the result's shape, Keras 3 is told how many more elements there are than the strides give; which are
     * none where it would come to that shape by itself.
     */
    private static void outputPadding(ObjectNode config) {
        JsonNode shape = config.remove("output_shape");
        boolean isFirst = config.path("dim_ordering").asText().equals("th");
        boolean isSame = config.path("border_mode").asText().equals("same");
        ArrayNode more = Config.json().arrayNode();
        boolean isOther = false;
        for (int i = 0; i < 2; i++) {
            JsonNode length = shape == null ? config.path("") : shape.path(isFirst ? 2 + i : 1 + i);
            int stride = config.path("subsample").path(i).asInt(1);
            int kernel = config.path("kernel_size").path(i).asInt();
            if (!length.isInt() || stride < 1 || kernel < 1) {
                return;
            }
            int wanted = length.intValue();
            int atStride = isSame ? kernel % 2 : kernel;
            more.add(Math.floorMod(wanted - atStride, stride));
            int byItself = isSame ? stride - atStride : Math.max(stride - kernel, 0);
            isOther |= Math.floorMod(wanted - atStride - byItself, stride) != 0;
        }
        if (isOther) {
            config.set("output_padding", more);
        }
    }

    private static void recurrent(ObjectNode config) {
        JsonNode forget = config.remove("forget_bias_init");
        if (forget != null) {
            config.put("unit_forget_bias", forget.asText().equals("one"));
        }
        config.remove("consume_less");
        config.remove(List.of("weights"));
    }

    /** Four numbers were the top, the bottom, the left and the right. */
    private static void padding(ObjectNode config) {
        JsonNode written = config.path("padding");
        List<JsonNode> edges = new ArrayList<>();
        for (String key : new String[] {"top_pad", "bottom_pad", "left_pad", "right_pad"}) {
            edges.add(
                    written.isObject()
                            ? Config.json().numberNode(written.path(key).asInt())
                            : written.path(edges.size()));
        }
        if (written.isObject() || written.size() == 4) {
            ArrayNode pairs = config.putArray("padding");
            pairs.addArray().add(edges.get(0)).add(edges.get(1));
            pairs.addArray().add(edges.get(2)).add(edges.get(3));
        }
    }
}
