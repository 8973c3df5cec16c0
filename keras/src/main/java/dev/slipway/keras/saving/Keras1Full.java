package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import java.util.List;
import java.util.Map;

/**
 * Convolutions of Keras 1 with {@code border_mode = full}, which only Theano had: the window goes as far over the edge as
 * it meets one element. They become a layer that pads with zeros and a convolution without padding.
 *
 * <p>A window of {@code k} elements with {@code d} steps between them gets {@code (k − 1) · d} zeros on either side.
 *
 * <p>Source: {@code keras.layers.convolutional} and {@code conv_output_length} of Keras 1.2, {@code theano.tensor.nnet.conv2d}.
 */
final class Keras1Full {
    private static final Map<String, List<String>> KERNELS = Map.of(
            "AtrousConvolution1D", List.of("filter_length"),
            "AtrousConvolution2D", List.of("nb_row", "nb_col"),
            "Convolution1D", List.of("filter_length"),
            "Convolution2D", List.of("nb_row", "nb_col"),
            "Convolution3D", List.of("kernel_dim1", "kernel_dim2", "kernel_dim3"));

    private Keras1Full() {}

    /** Rewrites the layers of a network: one after the other, or those of a functional model. */
    static void toLayers(JsonNode network) {
        JsonNode listed = network.isArray() ? network : network.path("layers");
        boolean isFunctional = network.has("input_layers");
        if (!(listed instanceof ArrayNode layers)) {
            return;
        }
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i) instanceof ObjectNode layer
                    && layer.get("config") instanceof ObjectNode config
                    && config.path("border_mode").asText().equals("full")
                    && KERNELS.containsKey(layer.path("class_name").asText())) {
                ObjectNode padding = padding(layer.path("class_name").asText(), config);
                config.put("border_mode", "valid");
                if (isFunctional) {
                    connect(padding, layer);
                } else if (config.has("batch_input_shape")) {
                    layers.insert(i++, input(config));
                }
                layers.insert(i++, padding);
            }
        }
    }

    private static ObjectNode padding(String className, ObjectNode config) {
        List<String> kernel = KERNELS.getOrDefault(className, List.of());
        String name = config.path("name").asText(className) + "_full";
        ObjectNode padding = Config.json().put("class_name", "ZeroPadding" + kernel.size() + "D");
        padding.put("name", name);
        ObjectNode own = padding.putObject("config").put("name", name);
        ArrayNode edges = Config.json().arrayNode();
        JsonNode rates = config.path("atrous_rate");
        for (int i = 0; i < kernel.size(); i++) {
            int rate = (rates.isArray() ? rates.path(i) : rates).asInt(1);
            int edge = (config.path(kernel.get(i)).asInt() - 1) * rate;
            edges.addArray().add(edge).add(edge);
        }
        own.set("padding", kernel.size() == 1 ? edges.get(0) : edges);
        if (config.has("dim_ordering")) {
            own.set("dim_ordering", config.get("dim_ordering"));
        }
        return padding;
    }

    /** The first layer of a chain knows the shape of the input, which keeps its name. */
    private static ObjectNode input(ObjectNode config) {
        ObjectNode input = Config.json().put("class_name", "InputLayer");
        ObjectNode own = input.putObject("config");
        own.put("name", config.path("name").asText() + "_input");
        own.set("batch_input_shape", config.remove("batch_input_shape"));
        own.put("input_dtype", config.path("input_dtype").asText("float32"));
        return input;
    }

    private static void connect(ObjectNode padding, ObjectNode layer) {
        JsonNode before = layer.path("inbound_nodes");
        padding.set("inbound_nodes", before);
        ArrayNode nodes = Config.json().arrayNode();
        for (int i = 0; i < before.size(); i++) {
            nodes.addArray().addArray().add(padding.path("name")).add(i).add(0);
        }
        layer.set("inbound_nodes", nodes);
    }
}
