package dev.slipway.graph;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The names of a graph's values in a file: those of the whole model's outputs are what people know it by, and nothing else has
 * one of them, in loops' bodies neither.
 */
final class OnnxNames {
    private final Map<String, Value> outputs;
    private final Set<String> reserved;
    private final Map<Value, String> names;

    private OnnxNames(Graph graph, Map<String, Value> outputs, Set<String> reserved, Map<Value, String> around) {
        this.outputs = outputs;
        this.reserved = reserved;
        this.names = new HashMap<>(around);
        Map<Value, String> own = new HashMap<>();
        outputs.forEach((name, value) -> own.putIfAbsent(value, name));
        graph.constants().forEach(value -> give(value, graph.apartFrom(reserved, value.name())));
        for (Node node : graph.neededNodes()) {
            for (Value value : node.outputs()) {
                String name = own.get(value);
                give(value, name == null ? graph.apartFrom(reserved, value.name()) : name);
            }
        }
    }

    /** The names in a whole model. */
    static OnnxNames of(Graph model) {
        return new OnnxNames(model, model.outputs(), model.outputs().keySet(), Map.of());
    }

    /** The names in the body of a loop, which sees the values around it. */
    OnnxNames inside(Graph body) {
        Map<String, Value> results = new LinkedHashMap<>();
        body.outputs().forEach((name, value) -> results.put(body.apartFrom(reserved, name), value));
        OnnxNames inside = new OnnxNames(body, results, reserved, names);
        body.inputs().forEach(value -> inside.give(value, body.apartFrom(reserved, value.name())));
        return inside;
    }

    private void give(Value value, String name) {
        if (!name.equals(value.name())) {
            names.put(value, name);
        }
    }

    /** The results by name. */
    Map<String, Value> outputs() {
        return outputs;
    }

    /** The name of a value of this graph, or of one around it. */
    String of(Value value) {
        return names.getOrDefault(value, value.name());
    }
}
