package dev.slipway.keras.trainers;

import dev.slipway.graph.Graph;
import dev.slipway.graph.Node;
import dev.slipway.graph.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What in a graph is computed before what, in whatever order an engine runs it. */
final class Order {
    /**
     * Operators whose result the engine may take for the tensor that they read: it lets a new shape share the memory of the old
     * one, drops what changes nothing, and lets a matrix product read a transposed operand as it was.
     */
    private static final Set<String> VIEWS =
            Set.of("Cast", "Expand", "Flatten", "Identity", "Reshape", "Slice", "Squeeze", "Transpose", "Unsqueeze");

    private final Graph graph;
    private final Map<Value, List<Node>> readers = new HashMap<>();

    /** Of the graph as it is now; nodes appended later are not seen. */
    Order(Graph graph) {
        this.graph = graph;
        for (Node node : graph.nodes()) {
            node.uses()
                    .forEach(value -> readers.computeIfAbsent(value, none -> new ArrayList<>())
                            .add(node));
        }
    }

    /** The nodes that read a value itself. */
    List<Node> readers(Value value) {
        return readers.getOrDefault(value, List.of());
    }

    /** A value, then all values that may be the same numbers in the same memory. */
    List<Value> views(Value value) {
        List<Value> found = new ArrayList<>(List.of(value));
        for (int i = 0; i < found.size(); i++) {
            for (Node reader : readers(found.get(i))) {
                if (VIEWS.contains(reader.operator()) && reader.input(0).equals(found.get(i))) {
                    found.addAll(reader.outputs());
                }
            }
        }
        return found;
    }

    /** The node that computes a value and all that it depends on. */
    Set<Node> before(Value value) {
        Set<Node> found = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Value> open = new ArrayDeque<>(List.of(value));
        while (!open.isEmpty()) {
            graph.producer(open.pop())
                    .filter(found::add)
                    .ifPresent(node -> node.uses().forEach(open::push));
        }
        return found;
    }
}
