package dev.slipway.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Reverse-mode differentiation: adds to a graph the nodes that compute the gradient of a loss.
 *
 * <p>Only the nodes between the values asked for and the loss are differentiated, by the one rule for each operator in
 * {@code GradientRules}; masks, integers and shapes are passed by. The added nodes are those of the rules, less what
 * can be computed while the graph is built, and no gradient is stretched to its full shape before something needs it.
 *
 * <p>A length that is a symbol is taken not to be stretched by broadcasting: two symbols in one place, or a symbol and a
 * number other than 1, are the same length, as {@link Ops} takes them to be.
 *
 * <p>At a corner of a function the gradient is what it is in Keras on PyTorch:
 *
 * <ul>
 *   <li>{@code relu'(0) = 0} and {@code abs'(0) = 0};
 *   <li>Clip passes the gradient at its bounds and inside them;
 *   <li>equal operands of Min and Max get half of the gradient each;
 *   <li>of equal elements, ReduceMin and ReduceMax give each the same share;
 *   <li>of equal elements of a window, MaxPool gives all to the first;
 *   <li>{@code x ^ 0} has the gradient 0 by x, and {@code 0 ^ y} for {@code y >= 0} the gradient 0 by y.
 * </ul>
 *
 * <p>Source: the operators' formulas; for the corners PyTorch 2's {@code tools/autograd/derivatives.yaml}, entries
 * {@code relu} ({@code threshold_backward}), {@code abs}, {@code clamp}, {@code maximum}, {@code minimum},
 * {@code amax}, {@code amin}, {@code max_pool2d_with_indices}, {@code pow.Tensor_Tensor} and {@code fmod.Tensor}.
 */
public final class Gradient {
    private Gradient() {}

    /**
     * The gradient of a scalar by some values.
     *
     * @param ops where the nodes are added; they are named below the node whose gradient they are part of
     * @param loss a floating-point scalar of the same graph
     * @param wrt floating-point values of the same graph: inputs, parameters, or results of nodes
     * @return for each of those values its gradient, in that order and of its type and shape; zeros where the loss does
     *     not depend on it
     * @throws IllegalArgumentException if the loss is not a floating-point scalar, or a value not floating-point
     * @throws NoGradientException if an operator between a value and the loss cannot be differentiated; names all such
     */
    public static List<Value> of(Ops ops, Value loss, List<Value> wrt) {
        return whole(ops, wrt, find(ops, loss, wrt));
    }

    /**
     * The gradient of a scalar by some values, where there is one.
     *
     * @param ops where the nodes are added; they are named below the node whose gradient they are part of
     * @param loss a floating-point scalar of the same graph
     * @param wrt floating-point values of the same graph: inputs, parameters, or results of nodes
     * @return for each of those values its gradient, in that order and of its type and shape; empty where the loss does not
     *     depend on it
     * @throws IllegalArgumentException if the loss is not a floating-point scalar, or a value not floating-point
     * @throws NoGradientException if an operator between a value and the loss cannot be differentiated; names all such
     */
    public static List<Optional<Value>> find(Ops ops, Value loss, List<Value> wrt) {
        if (loss.shape().rank() != 0 || !loss.type().isFloating()) {
            throw new IllegalArgumentException(
                    "gradient: loss " + loss + " (expected: a scalar of a floating-point type)");
        }
        wrt.forEach(value -> Operand.FLOATING.require("gradient", value));
        return find(ops, Map.of(loss, ops.like(loss, 1)), wrt);
    }

    /**
     * The gradient of a scalar by some values, where its gradient by some results is known.
     *
     * @param known the gradient by each of these results, as if they did not depend on each other
     * @param wrt values of the same graph, or of a graph around it
     * @return for each of those values its gradient, in that order
     */
    static List<Value> back(Ops ops, Map<Value, Value> known, List<Value> wrt) {
        return whole(ops, wrt, find(ops, known, wrt));
    }

    private static List<Optional<Value>> find(Ops ops, Map<Value, Value> known, List<Value> wrt) {
        Set<Value> active = active(ops.graph(), wrt);
        List<Node> path = pathBack(ops.graph(), known.keySet(), active);
        List<Node> refused = path.stream()
                .filter(node -> !GradientRules.has(node.operator()))
                .toList();
        if (!refused.isEmpty()) {
            List<Node> inOrder = new ArrayList<>(refused);
            Collections.reverse(inOrder);
            throw new NoGradientException(inOrder);
        }
        Map<Value, Value> gradients = new HashMap<>(known);
        for (Node node : path) {
            Backward backward = new Backward(ops.scoped(node.name()), node, gradients, active);
            GradientRules.of(node.operator()).apply(backward, backward.gradient());
        }
        return wrt.stream()
                .map(value -> Optional.ofNullable(gradients.get(value)).map(g -> Backward.stretch(ops, g, value)))
                .toList();
    }

    /** The floating-point values that change when one of the given values does, those included. */
    private static Set<Value> active(Graph graph, List<Value> wrt) {
        Set<Value> active = new HashSet<>(wrt);
        for (Node node : graph.nodes()) {
            boolean reached = node.uses().stream().anyMatch(active::contains);
            if (reached && !GradientRules.isFlat(node.operator())) {
                node.outputs().stream().filter(out -> out.type().isFloating()).forEach(active::add);
            }
        }
        return active;
    }

    /** The nodes that compute some results from active values, last first. */
    private static List<Node> pathBack(Graph graph, Set<Value> results, Set<Value> active) {
        List<Node> path = new ArrayList<>();
        Set<Value> needed = new HashSet<>(results);
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            Node node = graph.nodes().get(i);
            boolean between = node.outputs().stream().anyMatch(out -> needed.contains(out) && active.contains(out));
            if (between && !isSource(node, active)) {
                path.add(node);
                node.uses().stream().filter(active::contains).forEach(needed::add);
            }
        }
        return path;
    }

    /** Whether a node computes a value that is asked for from nothing that is. */
    private static boolean isSource(Node node, Set<Value> active) {
        return node.uses().stream().noneMatch(active::contains);
    }

    /** Zeros where there is no gradient. */
    private static List<Value> whole(Ops ops, List<Value> wrt, List<Optional<Value>> found) {
        return IntStream.range(0, wrt.size())
                .mapToObj(i -> found.get(i).orElseGet(() -> Backward.stretch(ops, ops.like(wrt.get(i), 0), wrt.get(i))))
                .toList();
    }
}
