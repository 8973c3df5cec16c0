package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.activations.Activations;
import dev.slipway.keras.config.ConfigException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The configurations of Keras 2's layers in Keras 3's form.
 *
 * <p>Longer than one screen because it is a table: one {@code case} for each class that differs.
 *
 * <p>Source: {@code get_config} of the layers of Keras 2.0 to 2.15 and {@code tf.keras} 1.x and 2.x.
 */
final class Keras2Layers {
    private static final Map<String, String> RENAMED = Map.ofEntries(
            Map.entry("BatchNormalizationV1", "BatchNormalization"),
            Map.entry("BatchNormalizationV2", "BatchNormalization"),
            Map.entry("Convolution1D", "Conv1D"),
            Map.entry("Convolution2D", "Conv2D"),
            Map.entry("Convolution3D", "Conv3D"),
            Map.entry("Convolution2DTranspose", "Conv2DTranspose"),
            Map.entry("CuDNNGRU", "GRU"),
            Map.entry("CuDNNLSTM", "LSTM"),
            // The base class, of which tf.keras makes a layer that does nothing.
            Map.entry("Layer", "Identity"),
            Map.entry("RandomHeight", "Identity"),
            Map.entry("RandomWidth", "Identity"),
            Map.entry("SyncBatchNormalization", "BatchNormalization"),
            Map.entry("ThresholdedReLU", "ReLU"),
            Map.entry("UnifiedGRU", "GRU"),
            Map.entry("UnifiedLSTM", "LSTM"));

    /** What Keras 2 called functions that Keras 3 knows by another name. */
    private static final Map<String, String> FUNCTIONS =
            Map.of("hard_sigmoid", Activations.KERAS_2_HARD_SIGMOID, "softmax_v2", "softmax");

    /** Only tables of numbers that say by themselves which type they hold may keep another one than float. */
    private static final Set<String> OWN_TYPE =
            Set.of("Discretization", "InputLayer", "IntegerLookup", "StringLookup", "TextVectorization", "Hashing");

    private Keras2Layers() {}

    /** Rewrites one layer, which is no network. */
    static void toKeras3(ObjectNode layer, ObjectNode config) {
        String written = layer.path("class_name").asText();
        String className = RENAMED.getOrDefault(written, written);
        layer.put("class_name", className);
        if (!layer.path("module").isTextual()) {
            // Without it a layer that has no key of its own would be taken for an operation of the same name.
            layer.put("module", "keras.layers");
        }
        common(className, config);
        Keras2Parts.toKeras3(config);
        functions(config);
        own(written, config);
    }

    private static void common(String className, ObjectNode config) {
        JsonNode inputShape = config.remove("batch_input_shape");
        if (className.equals("InputLayer")) {
            config.remove("trainable");
            if (inputShape != null) {
                config.set("batch_shape", inputShape);
            }
        }
        boolean isWhole = config.path("dtype").asText().startsWith("int")
                || config.path("dtype").asText().startsWith("uint");
        if (isWhole && !OWN_TYPE.contains(className)) {
            config.remove("dtype");
        }
    }

    private static void functions(ObjectNode config) {
        for (Map.Entry<String, JsonNode> field : config.properties()) {
            JsonNode function = field.getValue();
            if (field.getKey().endsWith("activation")
                    && function.path("class_name").asText().equals("Activation")) {
                // A layer that does nothing but compute the function.
                function = function.path("config").path("activation");
                field.setValue(function);
            }
            String name = function.isTextual()
                    ? function.asText()
                    : function.path("config").asText();
            if (field.getKey().endsWith("activation") && FUNCTIONS.containsKey(name)) {
                config.put(field.getKey(), FUNCTIONS.get(name));
            }
        }
    }

    private static void own(String className, ObjectNode config) {
        switch (className) {
            case "Attention", "AdditiveAttention" -> {
                // Keras 3 asks for it in the call: see callToKeras3.
                if (!config.path("causal").asBoolean()) {
                    config.remove("causal");
                }
            }
            case "BatchNormalization", "BatchNormalizationV1", "BatchNormalizationV2" -> batchNormalization(config);
            case "SyncBatchNormalization" -> {
                batchNormalization(config);
                config.put("synchronized", true);
            }
            case "CategoryEncoding" -> {
                rename(config, "max_tokens", "num_tokens");
                binaryIsMultiHot(config);
            }
            case "CuDNNGRU" -> {
                recurrent(config);
                config.put("reset_after", true);
            }
            case "CuDNNLSTM" -> recurrent(config);
            case "DepthwiseConv1D", "DepthwiseConv2D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose" -> {
                removeIf(config, "groups", "1");
                if (className.startsWith("Depthwise")) {
                    config.remove(List.of("filters", "kernel_initializer", "kernel_regularizer", "kernel_constraint"));
                }
            }
            case "Discretization" -> {
                rename(config, "bins", config.path("bins").isArray() ? "bin_boundaries" : "num_bins");
                binaryIsMultiHot(config);
                placesAreWhole(config);
            }
            case "Embedding" -> removeIf(config, "sparse", "false");
            case "GRU", "GRUCell", "UnifiedGRU" -> {
                recurrent(config);
                if (!config.has("reset_after")) {
                    config.put("reset_after", false);
                }
            }
            case "IntegerLookup" -> {
                rename(config, "max_values", "max_tokens");
                rename(config, "num_oov_values", "num_oov_indices");
                rename(config, "mask_value", "mask_token");
                rename(config, "oov_value", "oov_token");
                binaryIsMultiHot(config);
                config.remove("has_input_vocabulary");
                placesAreWhole(config);
            }
            case "LeakyReLU" -> rename(config, "alpha", "negative_slope");
            case "LSTM", "LSTMCell", "UnifiedLSTM", "SimpleRNN", "SimpleRNNCell", "RNN", "ConvLSTM1D", "ConvLSTM2D" ->
                recurrent(config);
            case "MultiHeadAttention" -> config.remove(List.of("query_shape", "key_shape", "value_shape"));
            case "RandomHeight", "RandomWidth" -> config.remove(List.of("factor", "interpolation", "seed"));
            case "SeparableConv1D", "SeparableConv2D" -> {
                removeIf(config, "groups", "1");
                config.remove(List.of("kernel_initializer", "kernel_regularizer", "kernel_constraint"));
            }
            case "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D" -> removeIf(config, "noise_shape", "null");
            case "StackedRNNCells" -> removeIf(config, "reverse_state_order", "false");
            case "ThresholdedReLU" -> {
                rename(config, "theta", "threshold");
                if (!config.has("threshold")) {
                    config.put("threshold", 1.0);
                }
            }
            default -> {}
        }
    }

    private static void batchNormalization(ObjectNode config) {
        if (config.path("axis").isArray() && config.path("axis").size() == 1) {
            config.set("axis", config.path("axis").get(0));
        }
        for (String key : new String[] {"renorm", "virtual_batch_size", "adjustment"}) {
            JsonNode value = config.path(key);
            if (!value.isMissingNode() && !value.isNull() && !(value.isBoolean() && !value.asBoolean())) {
                throw refused(config, key, value.toString(), "not set, as Keras 3 has no such normalization");
            }
            config.remove(key);
        }
        config.remove(List.of("fused", "renorm_clipping", "renorm_momentum"));
    }

    private static void recurrent(ObjectNode config) {
        config.remove("implementation");
        if (config.path("time_major").asBoolean()) {
            throw refused(config, "time_major", "true", "false, as Keras 3 has no other");
        }
        config.remove("time_major");
        if (config.path("num_constants").asInt() > 0) {
            throw refused(config, "num_constants", config.path("num_constants").toString(), "no constants");
        }
        config.remove("num_constants");
    }

    private static void binaryIsMultiHot(ObjectNode config) {
        if (config.path("output_mode").asText().equals("binary")) {
            config.put("output_mode", "multi_hot");
        }
    }

    /** Places are whole numbers, whatever type the layer was said to have. */
    private static void placesAreWhole(ObjectNode config) {
        if (config.path("output_mode").asText("int").equals("int")) {
            config.remove("dtype");
        }
    }

    /** What Keras 3 wants in the call and not in the configuration. */
    static void callToKeras3(JsonNode layer) {
        if (layer.get("config") instanceof ObjectNode config
                && config.path("causal").asBoolean()) {
            config.remove("causal");
            for (JsonNode node : layer.path("inbound_nodes")) {
                if (node.get("kwargs") instanceof ObjectNode kwargs) {
                    kwargs.put("use_causal_mask", true);
                }
            }
        }
    }

    static void rename(ObjectNode config, String old, String now) {
        JsonNode value = config.remove(old);
        if (value != null) {
            config.set(now, value);
        }
    }

    /** Removes a key that Keras 3 does not have, where it says what Keras 3 does. */
    private static void removeIf(ObjectNode config, String key, String value) {
        if (config.path(key).asText().equals(value)) {
            config.remove(key);
        }
    }

    static ConfigException refused(ObjectNode config, String key, String found, String expected) {
        return new ConfigException("layer '" + config.path("name").asText() + "' of an old Keras file: " + key + " = "
                + found + " (expected: " + expected + ")");
    }
}
