package dev.slipway.graph;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One application of an ONNX operator.
 *
 * @param operator the ONNX operator's name, such as {@code MatMul}
 * @param name unique in the graph
 * @param inputs the operands in ONNX's order; empty where an optional operand is left out
 * @param outputs the results in ONNX's order
 * @param attributes the fixed parameters by ONNX name
 */
public record Node(
        String operator,
        String name,
        List<Optional<Value>> inputs,
        List<Value> outputs,
        Map<String, Attribute> attributes) {
    /** The attribute of a node that is no ONNX operator. */
    static final String HOST = "host";

    /**
     * Copies the lists and the map.
     *
     * @param operator the ONNX operator's name
     * @param name unique in the graph
     * @param inputs the operands
     * @param outputs the results
     * @param attributes the fixed parameters
     */
    public Node {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        attributes = Map.copyOf(attributes);
    }

    /**
     * An operand that must be there.
     *
     * @param index its place in ONNX's order
     * @return the operand
     * @throws IllegalStateException if it was left out
     */
    public Value input(int index) {
        return inputs.get(index)
                .orElseThrow(() -> new IllegalStateException("node '" + name + "' has no input " + index));
    }

    /**
     * All values the node depends on: its operands, and what the bodies among its attributes use of the graph around them.
     *
     * @return each once, operands first
     */
    public Set<Value> uses() {
        Set<Value> used = new LinkedHashSet<>();
        inputs.forEach(input -> input.ifPresent(used::add));
        for (Attribute attribute : attributes.values()) {
            if (attribute instanceof Attribute.Body body) {
                used.addAll(body.value().captured());
            }
        }
        return used;
    }

    /**
     * The first result.
     *
     * @return the value at output 0
     */
    public Value output() {
        return outputs.get(0);
    }

    /**
     * What this node computes, where that is no ONNX operator.
     *
     * @return the function on the host; empty for every operator
     */
    public Optional<HostFunction> hostFunction() {
        return attributes.get(HOST) instanceof Attribute.Host host ? Optional.of(host.value()) : Optional.empty();
    }

    /**
     * An integer attribute.
     *
     * @param attribute its ONNX name
     * @param absent what ONNX says it is when it is left out
     * @return its value
     */
    public long intAttribute(String attribute, long absent) {
        return attributes.get(attribute) instanceof Attribute.Int found ? found.value() : absent;
    }

    /**
     * An attribute that is a list of integers.
     *
     * @param attribute its ONNX name
     * @return its values, empty if it is left out
     */
    public List<Long> intsAttribute(String attribute) {
        return attributes.get(attribute) instanceof Attribute.Ints found ? found.values() : List.of();
    }
}
