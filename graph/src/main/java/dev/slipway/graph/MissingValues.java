package dev.slipway.graph;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which inputs a graph can do without: where a number is NaN, or a text empty, it knows by itself what stands in. That is so where
 * all it does with a number is to ask whether it is NaN and to take it where it is not, and where every function that is given a
 * text tells the empty one from those that it does not know.
 *
 * @param graph the graph
 */
record MissingValues(Graph graph) {
    Set<Value> taken() {
        Set<Value> inputs = new HashSet<>(graph.inputs());
        Set<Value> taken = new LinkedHashSet<>();
        Set<Value> needed = new HashSet<>(graph.outputs().values());
        for (Node node : graph.neededNodes()) {
            for (Value value : node.uses()) {
                if (inputs.contains(value)) {
                    (copes(node, value) ? taken : needed).add(value);
                }
            }
        }
        taken.removeAll(needed);
        return taken;
    }

    private boolean copes(Node node, Value input) {
        return switch (node.operator()) {
            case "IsNaN" -> true;
            case "Where" -> takesOnlyNumbers(node, input);
            default -> node.hostFunction().filter(HostFunction::knowsMissing).isPresent();
        };
    }

    /** {@code where(isnan(x), other, x)} or {@code where(not(isnan(x)), x, other)}. */
    private boolean takesOnlyNumbers(Node where, Value input) {
        Optional<Node> condition = graph.producer(where.input(0));
        Optional<Node> negated =
                condition.filter(node -> node.operator().equals("Not")).flatMap(node -> graph.producer(node.input(0)));
        int ifMissing = negated.isPresent() ? 2 : 1;
        boolean isAsked = negated.or(() -> condition)
                .filter(node -> node.operator().equals("IsNaN") && node.input(0).equals(input))
                .isPresent();
        return isAsked && !where.input(ifMissing).equals(input);
    }
}
