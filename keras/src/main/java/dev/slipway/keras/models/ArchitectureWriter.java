package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.CallArguments;
import dev.slipway.keras.layers.CallArguments.Argument;
import dev.slipway.keras.layers.DTypes;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.KerasTensor.Application;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a network as Keras 3 serializes it.
 *
 * <p>Source: {@code Sequential.get_config} and {@code Functional.get_config} of Keras 3.
 */
final class ArchitectureWriter {
    private ArchitectureWriter() {}

    /** The whole: module, class, configuration, and the shape a Sequential is built with. */
    static ObjectNode toJson(Network network) {
        ObjectNode json = network.toJson(network.name());
        if (network.kind() == Network.Kind.SEQUENTIAL) {
            json.putObject("build_config")
                    .set("input_shape", shape(network.inputs().get(0).shape()));
        }
        return json;
    }

    static void writeConfig(Network network, ObjectNode config) {
        ArrayNode layers = config.putArray("layers");
        boolean functional = network.kind() == Network.Kind.FUNCTIONAL;
        Map<Application, Integer> nodeIndexes = functional ? nodeIndexes(network) : Map.of();
        network.layers().forEach((name, layer) -> {
            ObjectNode written = layer.toJson(name);
            if (functional) {
                written.put("name", name);
                ArrayNode nodes = written.putArray("inbound_nodes");
                network.applications().stream()
                        .filter(a -> a.layer().equals(layer)
                                && !a.arguments().tensors().isEmpty())
                        .forEach(a -> nodes.add(node(network, a, nodeIndexes)));
            }
            layers.add(written);
        });
        if (functional) {
            EndKeys keys = network.keys();
            ArrayNode inputs = histories(network, network.inputs(), nodeIndexes);
            ArrayNode outputs = histories(network, network.outputs(), nodeIndexes);
            config.set("input_layers", EndKeys.arranged(keys.inputs(), inputs));
            config.set("output_layers", EndKeys.arranged(keys.outputs(), outputs));
        } else {
            config.set("build_input_shape", shape(network.inputs().get(0).shape()));
        }
    }

    /** Each layer's uses are counted from 0. */
    private static Map<Application, Integer> nodeIndexes(Network network) {
        Map<Application, Integer> indexes = new HashMap<>();
        Map<String, Integer> next = new HashMap<>();
        for (Application application : network.applications()) {
            indexes.put(application, next.merge(network.nameOf(application.layer()), 1, Integer::sum) - 1);
        }
        return indexes;
    }

    private static ObjectNode node(Network network, Application application, Map<Application, Integer> indexes) {
        ObjectNode node = Config.json();
        ArrayNode args = node.putArray("args");
        ObjectNode kwargs = node.putObject("kwargs");
        CallArguments<ObjectNode> written =
                application.arguments().map(tensor -> tensor(tensor, history(network, tensor, indexes)));
        written.positional().forEach(argument -> args.add(argument(argument)));
        written.named().forEach((name, argument) -> kwargs.set(name, argument(argument)));
        return node;
    }

    private static JsonNode argument(Argument<ObjectNode> argument) {
        if (argument instanceof CallArguments.Items<ObjectNode> list) {
            ArrayNode items = Config.json().arrayNode();
            list.items().forEach(item -> items.add(argument(item)));
            return items;
        }
        if (argument instanceof CallArguments.Fields<ObjectNode> dictionary) {
            ObjectNode fields = Config.json();
            dictionary.fields().forEach((key, field) -> fields.set(key, argument(field)));
            return fields;
        }
        return argument instanceof CallArguments.Tensor<ObjectNode> tensor
                ? tensor.tensor()
                : ((CallArguments.Plain<ObjectNode>) argument).value();
    }

    private static ObjectNode tensor(KerasTensor tensor, ArrayNode history) {
        ObjectNode written = Config.json().put("class_name", "__keras_tensor__");
        ObjectNode config = written.putObject("config");
        config.set("shape", shape(tensor.shape()));
        config.put("dtype", DTypes.name(tensor.type()));
        config.set("keras_history", history);
        return written;
    }

    private static ArrayNode histories(Network network, List<KerasTensor> tensors, Map<Application, Integer> indexes) {
        ArrayNode list = Config.json().arrayNode();
        for (KerasTensor tensor : tensors) {
            ArrayNode history = history(network, tensor, indexes);
            // Here, and only here, Keras counts the uses of a Functional from 1.
            if (tensor.source().layer() instanceof Network inner && inner.kind() == Network.Kind.FUNCTIONAL) {
                history.set(1, history.get(1).intValue() + 1);
            }
            list.add(history);
        }
        return list;
    }

    private static ArrayNode history(Network network, KerasTensor tensor, Map<Application, Integer> indexes) {
        ArrayNode history = Config.json().arrayNode();
        history.add(network.nameOf(tensor.source().layer()));
        return history.add(indexes.getOrDefault(tensor.source(), 0)).add(tensor.index());
    }

    private static ArrayNode shape(Shape shape) {
        ArrayNode lengths = Config.json().arrayNode();
        for (Dimension dimension : shape.dimensions()) {
            if (dimension.isKnown()) {
                lengths.add(dimension.size());
            } else {
                lengths.addNull();
            }
        }
        return lengths;
    }
}
