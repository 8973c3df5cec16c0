package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.SlipwayException;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.Origin;
import dev.slipway.keras.config.Serialized;
import dev.slipway.keras.layers.CallArguments;
import dev.slipway.keras.layers.CallArguments.Argument;
import dev.slipway.keras.layers.DTypePolicy;
import dev.slipway.keras.layers.DTypes;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.ops.OperationRegistry;
import dev.slipway.keras.saving.ReadLimits;
import dev.slipway.keras.saving.Unreadable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a network from Keras 3's serialized form. Everything that is not supported is found before anything is built.
 *
 * <p>Source: {@code Sequential.from_config} and {@code Functional.from_config} of Keras 3.
 */
final class ArchitectureReader {
    /** Lists in lists that a layer is called with; Keras nests one or two. */
    private static final int MAX_ARGUMENT_DEPTH = 32;

    private final LayerRegistry registry;
    private final OperationRegistry operations = OperationRegistry.builtIn();
    private final Origin origin;
    private final ReadLimits limits;

    /** The uses of layers that one use of a network means. */
    private final Map<Layer, Long> usesWithin = new HashMap<>();

    private long traced;
    private int depth;

    private ArchitectureReader(LayerRegistry registry, Origin origin, ReadLimits limits) {
        this.registry = registry;
        this.origin = origin;
        this.limits = limits;
    }

    /**
     * Reads a whole model.
     *
     * @throws ConfigException naming every layer that is not supported
     */
    static Network read(ObjectNode architecture, LayerRegistry registry, Origin origin, ReadLimits limits) {
        Layer read = readLayer(architecture, registry, origin, limits);
        if (!(read instanceof Network network)) {
            throw new ConfigException("model: " + architecture.path("class_name")
                    + " (expected: Sequential or Functional; subclassed models keep their structure in Python code)");
        }
        return network;
    }

    /**
     * Reads a layer, which may hold others.
     *
     * @throws ConfigException naming every layer that is not supported
     */
    static Layer readLayer(ObjectNode serialized, LayerRegistry registry, Origin origin, ReadLimits limits) {
        return new ArchitectureReader(registry, origin, limits).layer(serialized);
    }

    private Layer layer(JsonNode serialized) {
        Unreadable.refuse(serialized);
        String className = serialized.path("class_name").asText("");
        if (!(serialized.path("config") instanceof ObjectNode config)) {
            throw new ConfigException("layer of class '" + className + "': no config (expected: a JSON object)");
        }
        if (!className.equals("Sequential") && !className.equals("Functional") && !className.equals("Model")) {
            return operations.isOperation(serialized)
                    ? operations.read(serialized.path("module").asText(""), className, config)
                    : registry.read(Serialized.qualified(serialized, className), config, this::layer);
        }
        try {
            if (++depth > limits.networkDepth()) {
                throw new ConfigException(
                        "networks in networks: " + depth + " (expected: at most " + limits.networkDepth() + ")");
            }
            return className.equals("Sequential") ? sequential(serialized, config) : functional(config);
        } catch (SlipwayException e) {
            throw e;
        } catch (RuntimeException e) {
            // Layers check what their callers may do wrong; in a file it is the file that is wrong.
            throw new ConfigException("network '" + config.path("name").asText() + "': " + e.getMessage(), e);
        } finally {
            depth--;
        }
    }

    private List<Layer> layers(ObjectNode config) {
        List<Layer> layers = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (JsonNode serialized : config.path("layers")) {
            try {
                layers.add(layer(serialized));
            } catch (ConfigException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return layers;
    }

    private Network sequential(JsonNode serialized, ObjectNode config) {
        List<Layer> chain = layers(config);
        String name = config.path("name").asText("sequential");
        if (!chain.isEmpty() && !(chain.get(0) instanceof InputLayer)) {
            JsonNode shape = serialized.path("build_config").path("input_shape");
            String dtype = DTypes.name(
                    chain.get(0).dtypePolicy().orElse(DTypePolicy.FLOAT32).compute());
            ObjectNode input = Config.json().put("name", "input_layer").put("dtype", dtype);
            input.set("batch_shape", shape.isArray() ? shape : config.path("build_input_shape"));
            if (!input.path("batch_shape").isArray()) {
                throw new ConfigException(
                        "Sequential '" + name + "': no input shape (expected: an InputLayer first, or a"
                                + " model that was built before it was saved)");
            }
            chain.add(0, registry.read("InputLayer", input, this::layer));
        }
        long uses = requireFewUses(name, chain.stream().mapToLong(this::uses).sum());
        Network network = Network.sequential(name, config.path("trainable").asBoolean(true), chain)
                .from(origin);
        usesWithin.put(network, uses);
        return network;
    }

    private Network functional(ObjectNode config) {
        List<Layer> layers = layers(config);
        String networkName = config.path("name").asText("functional");
        long uses = 0;
        Map<String, Layer> byName = new LinkedHashMap<>();
        Map<String, Deque<JsonNode>> pending = new LinkedHashMap<>();
        int index = 0;
        for (JsonNode serialized : config.path("layers")) {
            String name = serialized
                    .path("name")
                    .asText(serialized.path("config").path("name").asText());
            Layer layer = layers.get(index++);
            Deque<JsonNode> nodes = new ArrayDeque<>();
            serialized.path("inbound_nodes").forEach(nodes::add);
            pending.put(name, nodes);
            uses += uses(layer) * nodes.size();
            if (byName.put(name, layer) != null) {
                throw new ConfigException(
                        "network '" + networkName + "': two layers named '" + name + "' (expected: different names)");
            }
        }
        requireFewUses(networkName, uses);
        Map<String, List<List<KerasTensor>>> done = new HashMap<>();
        byName.forEach((name, layer) -> {
            done.put(name, new ArrayList<>());
            if (layer instanceof InputLayer) {
                done.get(name).add(KerasTensor.of(layer, List.of()));
            }
        });
        applyAll(byName, pending, done);
        Network network = Network.functional(
                        networkName,
                        config.path("trainable").asBoolean(true),
                        layers,
                        ends(config.path("input_layers"), byName, done),
                        ends(config.path("output_layers"), byName, done))
                .keyed(EndKeys.of(config))
                .from(origin);
        usesWithin.put(network, uses);
        return network;
    }

    private long uses(Layer layer) {
        return usesWithin.getOrDefault(layer, 1L);
    }

    /** Every network traces all that is inside it once more. */
    private long requireFewUses(String network, long uses) {
        traced += uses;
        if (traced > limits.layerCalls()) {
            throw new ConfigException("network '" + network + "': " + traced + " uses of layers (expected: at most "
                    + limits.layerCalls() + ")");
        }
        return uses;
    }

    /** Applies layers as soon as what they need is there, until nothing is left or nothing moves. */
    private static void applyAll(
            Map<String, Layer> layers,
            Map<String, Deque<JsonNode>> pending,
            Map<String, List<List<KerasTensor>>> done) {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (Map.Entry<String, Deque<JsonNode>> entry : pending.entrySet()) {
                Deque<JsonNode> nodes = entry.getValue();
                while (!nodes.isEmpty()) {
                    Layer layer = require(layers, entry.getKey());
                    CallArguments<KerasTensor> arguments =
                            arguments(entry.getKey(), layer instanceof Network, nodes.element(), done);
                    if (arguments == null) {
                        break;
                    }
                    results(entry.getKey(), done).add(KerasTensor.of(layer, inOrderOf(layer, arguments)));
                    nodes.remove();
                    moved = true;
                }
            }
        }
        List<String> stuck = pending.entrySet().stream()
                .filter(entry -> !entry.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
        if (!stuck.isEmpty()) {
            throw new ConfigException("layers " + stuck + ": depend on each other or on layers that do not exist");
        }
    }

    /** A dictionary given to a network has the network's keys, or the names of its inputs if it has none. */
    private static CallArguments<KerasTensor> inOrderOf(Layer layer, CallArguments<KerasTensor> arguments) {
        boolean isDictionary = !arguments.positional().isEmpty()
                && arguments.positional().get(0) instanceof CallArguments.Fields<KerasTensor>;
        if (!isDictionary || !(layer instanceof Network network)) {
            return arguments;
        }
        var given = ((CallArguments.Fields<KerasTensor>) arguments.positional().get(0)).fields();
        List<String> keys = network.keys().inputs().isObject()
                ? EndKeys.sorted(network.keys().inputs())
                : network.inputs().stream()
                        .map(input -> network.nameOf(input.source().layer()))
                        .toList();
        if (!given.keySet().equals(Set.copyOf(keys))) {
            throw new ConfigException(
                    layer + ": called with a dictionary of " + given.keySet() + " (expected: " + keys + ")");
        }
        Map<String, Argument<KerasTensor>> ordered = new LinkedHashMap<>();
        keys.forEach(key -> ordered.put(key, Objects.requireNonNull(given.get(key))));
        List<Argument<KerasTensor>> positional = new ArrayList<>(arguments.positional());
        positional.set(0, new CallArguments.Fields<>(ordered));
        return new CallArguments<>(positional, arguments.named());
    }

    private static Layer require(Map<String, Layer> layers, String name) {
        Layer layer = layers.get(name);
        if (layer == null) {
            throw new ConfigException("layer '" + name + "' (expected: one that is listed)");
        }
        return layer;
    }

    private static List<List<KerasTensor>> results(String name, Map<String, List<List<KerasTensor>>> done) {
        List<List<KerasTensor>> found = done.get(name);
        if (found == null) {
            throw new ConfigException("layer '" + name + "' (expected: one that is listed)");
        }
        return found;
    }

    /** What one use of a layer is called with; null while some of it is not there yet. */
    private static @Nullable CallArguments<KerasTensor> arguments(
            String layer, boolean isNetwork, JsonNode node, Map<String, List<List<KerasTensor>>> done) {
        List<Argument<JsonNode>> positional = new ArrayList<>();
        node.path("args").forEach(arg -> positional.add(argument(layer, arg, isNetwork, 0)));
        Map<String, Argument<JsonNode>> named = new LinkedHashMap<>();
        node.path("kwargs")
                .properties()
                .forEach(kwarg -> named.put(kwarg.getKey(), argument(layer, kwarg.getValue(), isNetwork, 0)));
        CallArguments<JsonNode> histories = new CallArguments<>(positional, named);
        if (histories.tensors().isEmpty()) {
            throw new ConfigException("layer '" + layer + "': called without tensors (expected: one or more)");
        }
        Map<JsonNode, KerasTensor> found = new HashMap<>();
        for (JsonNode history : histories.tensors()) {
            KerasTensor tensor = find(
                    history.path(0).asText(),
                    history.path(1).asInt(),
                    history.path(2).asInt(),
                    done);
            if (tensor == null) {
                return null;
            }
            found.put(history, tensor);
        }
        return histories.map(history -> Objects.requireNonNull(found.get(history)));
    }

    /** An argument in which the history of a tensor stands for it; a network may be called with dictionaries of them. */
    private static Argument<JsonNode> argument(String layer, JsonNode node, boolean isNetwork, int depth) {
        if (isTensor(node)) {
            JsonNode history = node.path("config").path("keras_history");
            if (!history.isArray()) {
                throw new ConfigException(
                        "layer '" + layer + "': called with " + node + " (expected: a tensor with its keras_history)");
            }
            return new CallArguments.Tensor<>(history);
        }
        if (!node.findValues("class_name").stream().anyMatch(ArchitectureReader::isTensorClass)) {
            return new CallArguments.Plain<>(node);
        }
        boolean isDictionary = node.isObject() && isNetwork && !node.has("class_name");
        if (!(node.isArray() || isDictionary) || depth > MAX_ARGUMENT_DEPTH) {
            throw new ConfigException("layer '" + layer + "': called with tensors in " + node
                    + " (expected: tensors and lists of them; models take dictionaries too)");
        }
        if (isDictionary) {
            Map<String, Argument<JsonNode>> fields = new LinkedHashMap<>();
            EndKeys.sorted(node).forEach(key -> fields.put(key, argument(layer, node.path(key), true, depth + 1)));
            return new CallArguments.Fields<>(fields);
        }
        List<Argument<JsonNode>> items = new ArrayList<>();
        node.forEach(item -> items.add(argument(layer, item, isNetwork, depth + 1)));
        return new CallArguments.Items<>(items);
    }

    private static boolean isTensor(JsonNode node) {
        return isTensorClass(node.path("class_name"));
    }

    private static boolean isTensorClass(JsonNode className) {
        return className.asText("").equals("__keras_tensor__");
    }

    private static @Nullable KerasTensor find(
            String layer, int node, int tensor, Map<String, List<List<KerasTensor>>> done) {
        List<List<KerasTensor>> nodes = results(layer, done);
        if (node < 0 || node >= nodes.size()) {
            return null;
        }
        if (tensor < 0 || tensor >= nodes.get(node).size()) {
            throw new ConfigException("layer '" + layer + "': result " + tensor + " (expected: one that it has)");
        }
        return nodes.get(node).get(tensor);
    }

    /** {@code [name, node, tensor]}, or lists and dictionaries of such. */
    private static List<KerasTensor> ends(
            JsonNode ends, Map<String, Layer> layers, Map<String, List<List<KerasTensor>>> done) {
        List<KerasTensor> found = new ArrayList<>();
        EndKeys.histories(ends).forEach(end -> found.add(end(end, layers, done)));
        if (found.isEmpty()) {
            throw new ConfigException("functional model: no inputs or outputs (expected: at least one of each)");
        }
        return found;
    }

    /** Here, and only here, Keras counts the uses of a Functional from 1. */
    private static KerasTensor end(
            JsonNode history, Map<String, Layer> layers, Map<String, List<List<KerasTensor>>> done) {
        if (!history.isArray()) {
            throw new ConfigException(
                    "input_layers or output_layers: " + history + " (expected: the result of a layer)");
        }
        String name = history.path(0).asText();
        boolean fromOne = layers.get(name) instanceof Network network && network.kind() == Network.Kind.FUNCTIONAL;
        KerasTensor found = find(
                name,
                history.path(1).asInt() - (fromOne ? 1 : 0),
                history.path(2).asInt(),
                done);
        if (found == null) {
            throw new ConfigException("tensor " + history + " (expected: the result of a layer)");
        }
        return found;
    }
}
