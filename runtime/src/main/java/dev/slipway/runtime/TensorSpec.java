package dev.slipway.runtime;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import java.util.Map;

/**
 * What a graph declares of one of its inputs or outputs.
 *
 * @param name its name
 * @param type the element type
 * @param shape the shape; lengths that may change from run to run are symbols
 */
public record TensorSpec(String name, DataType type, Shape shape) {
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
