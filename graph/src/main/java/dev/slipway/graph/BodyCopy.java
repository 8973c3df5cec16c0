package dev.slipway.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Writes the nodes of a loop's body once more, into another graph. */
final class BodyCopy {
    private final Graph target;

    /** What stands for each value of the body; values of the graph around it stand for themselves. */
    private final Map<Value, Value> copies = new HashMap<>();

    private BodyCopy(Graph target) {
        this.target = target;
    }

    /**
     * Copies a body.
     *
     * @param ops where the nodes go
     * @param body the body
     * @param inputs what stands for its inputs
     * @return what stands for its outputs
     */
    static List<Value> into(Ops ops, Graph body, List<Value> inputs) {
        return new BodyCopy(ops.graph()).copy(ops.graph().name() + "/", body, inputs);
    }

    private List<Value> copy(String scope, Graph body, List<Value> inputs) {
        for (int i = 0; i < inputs.size(); i++) {
            copies.put(body.inputs().get(i), inputs.get(i));
        }
        for (Value constant : body.constants()) {
            copies.put(constant, target.constant(constant.constant().orElseThrow()));
        }
        for (Node node : body.nodes()) {
            copy(scope, node);
        }
        return body.outputs().values().stream().map(this::of).toList();
    }

    private Value of(Value value) {
        return copies.getOrDefault(value, value);
    }

    private void copy(String scope, Node node) {
        List<Optional<Value>> operands = new ArrayList<>();
        node.inputs().forEach(operand -> operands.add(operand.map(this::of)));
        Map<String, Attribute> attributes = new TreeMap<>();
        node.attributes().forEach((name, attribute) -> attributes.put(name, copy(scope, attribute)));
        List<Graph.TypedShape> types = new ArrayList<>();
        node.outputs().forEach(out -> types.add(new Graph.TypedShape(out.type(), out.shape())));
        List<Value> results = target.append(scope, node.operator(), operands, attributes, types);
        for (int i = 0; i < results.size(); i++) {
            copies.put(node.outputs().get(i), results.get(i));
        }
    }

    private Attribute copy(String scope, Attribute attribute) {
        if (!(attribute instanceof Attribute.Body nested)) {
            return attribute;
        }
        Graph inner = target.body(scope + "body");
        List<Value> inputs = new ArrayList<>();
        for (Value input : nested.value().inputs()) {
            inputs.add(inner.bodyInput(inner.name() + "/input", input.type(), input.shape()));
        }
        BodyCopy copy = new BodyCopy(inner);
        copy.copies.putAll(copies);
        copy.copy(inner.name() + "/", nested.value(), inputs)
                .forEach(result -> inner.bodyOutput(inner.name() + "/result", result));
        return new Attribute.Body(inner);
    }
}
