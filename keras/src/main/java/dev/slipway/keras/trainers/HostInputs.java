package dev.slipway.keras.trainers;

import dev.slipway.graph.Dimension;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Node;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Predictor;
import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a step needs of the rows that is computed on the host, such as places of words. It depends on no weight, so it is
 * computed before the step, which stays one graph and has it as inputs. Owns native memory.
 */
final class HostInputs implements AutoCloseable {
    private final List<String> rowNames;
    private final Map<String, Value> results = new LinkedHashMap<>();
    private final Graph step;
    private final Optional<Predictor> before;

    /** Cuts a step, whose rows have these names. */
    HostInputs(Graph whole, List<String> rowNames, EngineOptions engine) {
        this.rowNames = List.copyOf(rowNames);
        for (Node node : whole.hostNodes()) {
            requireOneLength(node);
            results.put(node.output().name(), node.output());
        }
        if (results.isEmpty()) {
            step = whole;
            before = Optional.empty();
            return;
        }
        List<Value> given = new ArrayList<>(whole.inputs());
        given.addAll(results.values());
        step = whole.part(whole.outputs(), given);
        before = Optional.of(Predictor.compile(requireOnlyRows(whole), Map.of(), engine));
    }

    /** Batches are bound to memory of one size; Keras pads each to its own longest row. */
    private static void requireOneLength(Node node) {
        Shape shape = node.output().shape();
        if (!shape.slice(1, shape.rank()).isKnown()) {
            throw new IllegalArgumentException("training: '" + node.name() + "' gives " + shape
                    + " (expected: one length for all batches; set output_sequence_length)");
        }
    }

    private Graph requireOnlyRows(Graph whole) {
        Map<String, Value> outputs = new LinkedHashMap<>();
        results.forEach((name, value) -> outputs.put(output(name), value));
        Graph front = whole.part(outputs, whole.inputs());
        for (Value input : front.inputs()) {
            if (!rowNames.contains(input.name())) {
                throw new IllegalArgumentException("training: " + results.keySet() + " depend on '" + input.name()
                        + "' (expected: only on the data, as they are computed before the step)");
            }
        }
        return front;
    }

    /** ONNX wants outputs to have names of their own. */
    private static String output(String value) {
        return "output:" + value;
    }

    /** The step, in which there is nothing on the host. */
    Graph step() {
        return step;
    }

    /** Memory for the results of batches of a size, under the names of the step's inputs. */
    Map<String, Tensor> room(int rows) {
        Map<String, Tensor> room = new LinkedHashMap<>();
        results.forEach((name, value) ->
                room.put(name, Tensor.zeros(value.type(), value.shape().with(0, Dimension.of(rows)))));
        return room;
    }

    /** Computes the results for the rows of a batch, which come in the order of their names. */
    void fill(Map<String, Tensor> room, List<Tensor> rows) {
        if (before.isEmpty()) {
            return;
        }
        Map<String, Tensor> feeds = new HashMap<>();
        before.get().inputs().forEach(input -> feeds.put(input.name(), rows.get(rowNames.indexOf(input.name()))));
        Map<String, Tensor> computed = before.get().predict(feeds);
        room.forEach((name, tensor) -> tensor.assign(computed.getOrDefault(output(name), tensor)));
    }

    @Override
    public void close() {
        before.ifPresent(Predictor::close);
    }
}
