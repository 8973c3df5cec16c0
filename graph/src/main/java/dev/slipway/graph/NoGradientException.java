package dev.slipway.graph;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A loss depends on a value through operators that {@link Gradient} cannot differentiate. Its reader replaces them by
 * operators that it can, or keeps the value out of what is trained.
 */
public final class NoGradientException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    /** Each as node name and operator; text, so that the exception can be serialized. */
    private final List<String> operators;

    NoGradientException(List<Node> nodes) {
        super(message(nodes));
        this.operators = nodes.stream().map(Node::operator).distinct().toList();
    }

    private static String message(List<Node> nodes) {
        String found = nodes.stream()
                .map(node -> "'" + node.name() + "' " + node.operator())
                .collect(Collectors.joining(", "));
        return "gradient: " + found + " (expected: operators that have a gradient)";
    }

    /**
     * The operators without a gradient.
     *
     * @return their ONNX names, each once, in the order of the graph
     */
    public List<String> operators() {
        return operators;
    }
}
