package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Says in Keras 2's words what Keras 1 put together; {@link Keras1Layers} has the layers, {@link Keras1Merge} how they are
 * merged, {@link Keras1Full} how Theano convolved over the edges, {@link Keras1Ordering} where the channels lie.
 *
 * <p>A Sequential that begins with a {@code Merge} of others becomes a functional model of all layers in it: as such its
 * weights are stored, too. Keras 2.0 to 2.2 could read and write such models still.
 *
 * <p>Source: {@code keras.models.Sequential.get_config} and {@code flattened_layers}, {@code keras.engine.topology} of Keras
 * 1.2; {@code keras.legacy} of Keras 2.2.
 */
final class Keras1Dialect {
    /** Layers of Keras 1 that Keras 2.0 to 2.2 had still, beside {@code Merge}, and wrote as Keras 1 did. */
    private static final Set<String> RELICS = Set.of("Highway", "MaxoutDense");

    /** Whether only those are Keras 1's. */
    private final boolean onlyRelics;

    private Keras1Dialect(boolean onlyRelics) {
        this.onlyRelics = onlyRelics;
    }

    /**
     * An architecture in Keras 2's form.
     *
     * @throws ConfigException for a Graph, Keras 0's functional model, and if it is not said where channels lie
     */
    static ObjectNode toKeras2(ObjectNode model) {
        if (model.path("class_name").asText().equals("Graph")) {
            throw new ConfigException(
                    "model: a Graph, as Keras 0 had it (expected: Sequential or Model; build it as a Model in"
                            + " Keras 1, read the weights into that and save it)");
        }
        ObjectNode copy = model.deepCopy();
        Keras1Ordering.complete(copy);
        new Keras1Dialect(false).layer(copy);
        return copy;
    }

    /** An architecture of Keras 2 without the layers of Keras 1 that it may have still. */
    static ObjectNode withoutRelics(ObjectNode model) {
        Set<String> classes = new HashSet<>(model.findValuesAsText("class_name"));
        if (!classes.contains("Merge") && Collections.disjoint(classes, RELICS)) {
            return model;
        }
        ObjectNode copy = model.deepCopy();
        new Keras1Dialect(true).layer(copy);
        return copy;
    }

    private void layer(JsonNode serialized) {
        if (!(serialized instanceof ObjectNode layer)) {
            return;
        }
        JsonNode config = layer.path("config");
        JsonNode layers = config.isArray() ? config : config.path("layers");
        String className = layer.path("class_name").asText();
        if (className.equals("Sequential") && isMerge(layers.path(0))) {
            Branches branches = new Branches();
            String last = branches.sequential(layers);
            layer.put("class_name", "Model").set("config", branches.model(last));
        } else if (Keras2Dialect.NETWORKS.contains(className)) {
            Keras1Full.toLayers(config);
            layers.forEach(this::layer);
            Keras1Merge.toLayers(config);
        } else if (config instanceof ObjectNode own) {
            if (!onlyRelics || RELICS.contains(className)) {
                Keras1Layers.toKeras2(layer, own);
            }
            layer(own.path("layer"));
        }
    }

    private static boolean isMerge(JsonNode layer) {
        return layer.path("class_name").asText().equals("Merge");
    }

    private static boolean isInput(JsonNode layer) {
        return layer.path("class_name").asText().equals("InputLayer");
    }

    /** The layers of a Sequential whose first one merges others, as a functional model. */
    private final class Branches {
        private final ArrayNode layers = Config.json().arrayNode();
        private final ArrayNode inputs = Config.json().arrayNode();

        /** Appends a chain of layers; gives the name of the last one. */
        private String sequential(JsonNode chain) {
            JsonNode first = chain.path(0);
            String last = isMerge(first) ? merge(first) : input(first);
            for (int i = isMerge(first) || isInput(first) ? 1 : 0; i < chain.size(); i++) {
                last = append(chain.get(i), List.of(last));
            }
            return last;
        }

        private String merge(JsonNode merge) {
            List<String> ends = new ArrayList<>();
            for (JsonNode branch : merge.path("config").path("layers")) {
                String className = branch.path("class_name").asText();
                JsonNode config = branch.path("config");
                if (className.equals("Sequential")) {
                    ends.add(sequential(config.isArray() ? config : config.path("layers")));
                } else if (Keras2Dialect.NETWORKS.contains(className)) {
                    ends.add(functional(config));
                } else {
                    ends.add(sequential(Config.json().arrayNode().add(branch)));
                }
            }
            ObjectNode own = merge.deepCopy();
            if (own.get("config") instanceof ObjectNode config) {
                config.remove("layers");
            }
            return append(own, ends);
        }

        private String input(JsonNode first) {
            JsonNode config = first.path("config");
            String name = config.path("name").asText("branch") + (isInput(first) ? "" : "_input");
            ObjectNode input = Config.json().put("class_name", "InputLayer").put("name", name);
            ObjectNode own = input.putObject("config").put("name", name);
            String type = config.path("input_dtype").asText(config.path("dtype").asText("float32"));
            own.put("dtype", type);
            own.set("batch_input_shape", config.path("batch_input_shape"));
            input.putArray("inbound_nodes");
            layers.add(input);
            inputs.addArray().add(name).add(0).add(0);
            return name;
        }

        private String append(JsonNode layer, List<String> before) {
            if (!(layer.deepCopy() instanceof ObjectNode own)) {
                throw new ConfigException("Sequential: " + layer + " (expected: a layer)");
            }
            String name = own.path("config").path("name").asText("layer_" + layers.size());
            own.put("name", name);
            ArrayNode tensors = own.putArray("inbound_nodes").addArray();
            before.forEach(tensor -> tensors.addArray().add(tensor).add(0).add(0));
            layers.add(own);
            return name;
        }

        /** Appends the layers of a functional model; gives the name of its only output. */
        private String functional(JsonNode model) {
            model.path("layers").forEach(layer -> layers.add(layer.deepCopy()));
            model.path("input_layers").forEach(inputs::add);
            JsonNode output = model.path("output_layers").path(0);
            if (model.path("output_layers").size() != 1
                    || output.path(1).asInt() != 0
                    || output.path(2).asInt() != 0) {
                throw new ConfigException("Merge: a model with outputs " + model.path("output_layers")
                        + " (expected: the first result of one layer)");
            }
            return output.path(0).asText();
        }

        private ObjectNode model(String last) {
            ObjectNode config = Config.json().put("name", "sequential");
            config.set("layers", layers);
            config.set("input_layers", inputs);
            Keras1Full.toLayers(config);
            layers.forEach(Keras1Dialect.this::layer);
            config.putArray("output_layers").addArray().add(last).add(0).add(0);
            Keras1Merge.toLayers(config);
            return config;
        }
    }
}
