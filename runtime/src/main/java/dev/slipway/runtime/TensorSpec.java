package dev.slipway.runtime;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a graph declares of one of its inputs or outputs.
 *
 * @param name its name
 * @param type the element type
 * @param shape the shape; lengths that may change from run to run are symbols
 * @param takesMissing of an input, whether elements may be missing, as the graph knows what stands in for NaN, or for an empty
 *     text
 */
public record TensorSpec(String name, DataType type, Shape shape, boolean takesMissing) {
    /**
     * A tensor without missing elements.
     *
     * @param name its name
     * @param type the element type
     * @param shape the shape
     */
    public TensorSpec(String name, DataType type, Shape shape) {
        this(name, type, shape, false);
    }

    /**
     * The inputs of a graph.
     *
     * @param graph the graph, to which nothing is added any more
     * @return what it declares of each, in order
     */
    public static List<TensorSpec> inputsOf(Graph graph) {
        Set<Value> mayMiss = graph.inputsThatMayMiss();
        return graph.inputs().stream()
                .map(input -> new TensorSpec(input.name(), input.type(), input.shape(), mayMiss.contains(input)))
                .toList();
    }

    /**
     * Refuses a tensor that does not fit.
     *
     * @param tensor the tensor offered
     * @param sizes the length of each symbol met so far; those of this tensor are added
     * @throws IllegalArgumentException for another type, rank or length, naming this input
     */
    void require(Tensor tensor, Map<String, Long> sizes) {
        if (tensor.type() != type) {
            throw refused(tensor.type().toString(), type.toString());
        }
        requireShape(tensor.shape(), sizes);
    }

    /**
     * Refuses a shape that does not fit.
     *
     * @param offered the known shape offered
     * @param sizes the length of each symbol met so far; those of this shape are added
     */
    void requireShape(Shape offered, Map<String, Long> sizes) {
        if (offered.rank() != shape.rank()) {
            throw refused("shape " + offered + " of rank " + offered.rank(), "shape " + shape);
        }
        for (int axis = 0; axis < shape.rank(); axis++) {
            Dimension declared = shape.dimension(axis);
            long found = offered.size(axis);
            Long earlier =
                    declared.symbol().map(s -> sizes.putIfAbsent(s, found)).orElse(null);
            boolean fits = declared.isKnown() ? declared.is(found) : earlier == null || earlier == found;
            if (!fits) {
                String expected = declared.isKnown() ? declared.toString() : declared + " = " + earlier;
                throw refused("shape " + offered, "shape " + shape + " with axis " + axis + " of length " + expected);
            }
        }
    }

    private IllegalArgumentException refused(String found, String expected) {
        return new IllegalArgumentException("input '" + name + "': " + found + " (expected: " + expected + ")");
    }
}
