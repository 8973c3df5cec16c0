package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Says in Keras 3's words what Keras 2.0 to 2.15, {@code tf.keras} included, wrote into a file: the only place that knows
 * of old configurations. What would change the numbers and cannot be said is refused.
 *
 * <table>
 * <caption>Differences</caption>
 * <tr><th>Keras 2</th><th>Keras 3</th></tr>
 * <tr><td>{@code config} of a Sequential is the list of layers (before 2.2.3)</td><td>{@code {name, layers}}</td></tr>
 * <tr><td>{@code batch_input_shape} of the first layer</td><td>an InputLayer with {@code batch_shape}</td></tr>
 * <tr><td>{@code inbound_nodes: [[[layer, node, tensor, kwargs], …], …]}</td><td>{@code [{args, kwargs}, …]}</td></tr>
 * <tr><td>a network in a network counts its uses from 1</td><td>from 0</td></tr>
 * <tr><td>{@code {class_name: __tuple__ or TensorShape, items}}</td><td>a list</td></tr>
 * </table>
 *
 * <p>Source: {@code keras.engine.saving}, {@code network.get_config} of Keras 2.2 and {@code tf.keras} 2.x; read by
 * {@code keras.src.legacy.saving} of Keras 3.
 */
final class Keras2Dialect {
    private static final Set<String> NETWORKS = Set.of("Sequential", "Functional", "Model");
    private static final Set<String> LISTS = Set.of("__tuple__", "TensorShape");

    private Keras2Dialect() {}

    /** Whether a version of Keras writes this dialect. */
    static boolean isWrittenBy(String kerasVersion) {
        return kerasVersion.startsWith("2.");
    }

    /** {@code model_config} in Keras 3's form. */
    static ObjectNode architecture(ObjectNode model) {
        ObjectNode copy = model.deepCopy();
        unwrapLists(copy);
        layer(copy);
        return copy;
    }

    private static void unwrapLists(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> field.setValue(list(field.getValue())));
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, list(array.get(i)));
            }
        }
        node.forEach(Keras2Dialect::unwrapLists);
    }

    private static JsonNode list(JsonNode node) {
        boolean wrapped = LISTS.contains(node.path("class_name").asText()) && node.has("items");
        return wrapped ? node.get("items") : node;
    }

    private static void layer(JsonNode serialized) {
        if (!(serialized instanceof ObjectNode layer)) {
            return;
        }
        String className = layer.path("class_name").asText();
        if (className.equals("Sequential")) {
            sequential(layer);
        } else if (NETWORKS.contains(className)) {
            layer.put("class_name", "Functional");
            functional(layer.path("config"));
        } else if (layer.get("config") instanceof ObjectNode config) {
            plainLayer(className, config);
            layer(config.path("layer"));
        }
    }

    private static void sequential(ObjectNode network) {
        if (network.get("config") instanceof ArrayNode layers) {
            network.putObject("config").put("name", "sequential").set("layers", layers);
        }
        if (!(network.path("config").get("layers") instanceof ArrayNode layers)) {
            return;
        }
        JsonNode first = layers.path(0);
        if (!first.path("class_name").asText().equals("InputLayer")) {
            inputShape(first).ifPresent(shape -> {
                String dtype = first.path("config").path("dtype").asText("float32");
                String name = first.path("config").path("name").asText("sequential") + "_input";
                ObjectNode input = Config.json().put("class_name", "InputLayer");
                ObjectNode config = input.putObject("config");
                config.put("name", name).put("dtype", dtype).set("batch_shape", shape);
                layers.insert(0, input);
            });
        }
        layers.forEach(Keras2Dialect::layer);
    }

    /** The shape that goes into a layer; if it is a network, into its first layer. */
    private static Optional<JsonNode> inputShape(JsonNode layer) {
        JsonNode config = layer.path("config");
        JsonNode layers = config.isArray() ? config : config.path("layers");
        return layers.isArray()
                ? inputShape(layers.path(0))
                : Optional.of(config.path("batch_input_shape")).filter(JsonNode::isArray);
    }

    private static void functional(JsonNode config) {
        Set<String> networks = new HashSet<>();
        for (JsonNode layer : config.path("layers")) {
            if (NETWORKS.contains(layer.path("class_name").asText())) {
                networks.add(layer.path("name").asText());
            }
        }
        for (JsonNode layer : config.path("layers")) {
            if (layer.get("inbound_nodes") instanceof ArrayNode nodes) {
                for (int i = 0; i < nodes.size(); i++) {
                    if (nodes.get(i) instanceof ArrayNode tensors) {
                        nodes.set(i, node(tensors, networks));
                    }
                }
            }
            countSequentialsFromZero(config, layer);
            layer(layer);
        }
    }

    private static ObjectNode node(ArrayNode tensors, Set<String> networks) {
        ObjectNode node = Config.json();
        ArrayNode args = node.putArray("args");
        ObjectNode kwargs = node.putObject("kwargs");
        ArrayNode into = tensors.size() == 1 ? args : args.addArray();
        for (JsonNode tensor : tensors) {
            int use = tensor.path(1).asInt() - (networks.contains(tensor.path(0).asText()) ? 1 : 0);
            ObjectNode symbolic = into.addObject().put("class_name", "__keras_tensor__");
            symbolic.putObject("config")
                    .putArray("keras_history")
                    .add(tensor.path(0))
                    .add(use)
                    .add(tensor.path(2));
            if (tensor.get(3) instanceof ObjectNode given) {
                kwargs.setAll(given);
            }
        }
        return node;
    }

    /** Where a model begins and ends, Keras 3 too counts the uses of a Functional from 1, but those of a Sequential from 0. */
    private static void countSequentialsFromZero(JsonNode config, JsonNode layer) {
        if (!layer.path("class_name").asText().equals("Sequential")) {
            return;
        }
        for (String key : new String[] {"input_layers", "output_layers"}) {
            JsonNode ends = config.path(key);
            for (JsonNode end :
                    ends.path(0).isTextual() ? Config.json().arrayNode().add(ends) : ends) {
                if (end instanceof ArrayNode triple && triple.path(0).equals(layer.get("name"))) {
                    triple.set(1, triple.path(1).asInt() - 1);
                }
            }
        }
    }

    private static void plainLayer(String className, ObjectNode config) {
        JsonNode inputShape = config.remove("batch_input_shape");
        if (className.equals("InputLayer") && inputShape != null) {
            config.set("batch_shape", inputShape);
        }
        for (Map.Entry<String, JsonNode> field : config.properties()) {
            if (field.getKey().endsWith("_initializer") && field.getValue().get("config") instanceof ObjectNode inner) {
                inner.remove("dtype");
            }
            // Keras 3 gave the name to another function.
            if (field.getKey().endsWith("activation")
                    && field.getValue().asText().equals("hard_sigmoid")) {
                throw refused(
                        config,
                        field.getKey(),
                        "hard_sigmoid",
                        "another one, as clip(0.2x + 0.5, 0, 1) is not supported");
            }
        }
        switch (className) {
            case "LeakyReLU" -> rename(config, "alpha", "negative_slope");
            case "BatchNormalization" -> {
                if (config.path("axis").isArray() && config.path("axis").size() == 1) {
                    config.set("axis", config.path("axis").get(0));
                }
            }
            case "GRU", "LSTM", "SimpleRNN" -> {
                config.remove("implementation");
                if (config.path("time_major").asBoolean()) {
                    throw refused(config, "time_major", "true", "false, as Keras 3 has no other");
                }
                config.remove("time_major");
                if (className.equals("GRU") && !config.has("reset_after")) {
                    config.put("reset_after", false);
                }
            }
            default -> {}
        }
    }

    private static void rename(ObjectNode config, String old, String now) {
        JsonNode value = config.remove(old);
        if (value != null) {
            config.set(now, value);
        }
    }

    private static ConfigException refused(ObjectNode config, String key, String found, String expected) {
        return new ConfigException("layer '" + config.path("name").asText() + "' of a Keras 2 file: " + key + " = "
                + found + " (expected: " + expected + ")");
    }

    /** {@code training_config}, its optimizer already under {@code optimizer}, in the form of {@code compile_config}. */
    static ObjectNode compileConfig(ObjectNode compile) {
        if (compile.get("optimizer") instanceof ObjectNode optimizer) {
            // The optimizers of 2.11 and later were stored as if they were a program's own.
            optimizer.put("class_name", optimizer.path("class_name").asText().replaceFirst("^Custom>", ""));
            if (optimizer.get("config") instanceof ObjectNode config) {
                rename(config, "lr", "learning_rate");
                if (config.path("decay").asDouble() == 0) {
                    config.remove("decay");
                }
            }
        }
        if (compile.path("loss").get("config") instanceof ObjectNode loss
                && loss.path("reduction").asText().equals("auto")) {
            loss.remove("reduction");
        }
        if (compile.get("metrics") instanceof ArrayNode metrics) {
            compile.set("metrics", metrics(metrics));
        }
        return compile;
    }

    /** A model of one output had its metrics in a list of their own, each wrapped. */
    private static ArrayNode metrics(ArrayNode metrics) {
        ArrayNode plain = Config.json().arrayNode();
        for (JsonNode metric : metrics.size() == 1 && metrics.get(0).isArray() ? metrics.get(0) : metrics) {
            boolean wrapped = metric.path("class_name").asText().equals("MeanMetricWrapper");
            JsonNode name = metric.path("config").path("name");
            boolean isAccuracy =
                    name.asText().equals("accuracy") || name.asText().equals("acc");
            plain.add(
                    !wrapped
                            ? metric
                            : isAccuracy ? name : metric.path("config").path("fn"));
        }
        return plain;
    }
}
