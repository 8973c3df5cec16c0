package dev.slipway.graph;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Numbers with a shape: what tests feed to the engine and get back. */
final class Array {
    private final Shape shape;
    private final double[] values;

    Array(Shape shape, double... values) {
        if (shape.elementCount() != values.length) {
            throw new IllegalArgumentException(values.length + " elements (expected: as many as " + shape + ")");
        }
        this.shape = shape;
        this.values = values.clone();
    }

    Shape shape() {
        return shape;
    }

    double[] values() {
        return values.clone();
    }

    double value(int index) {
        return values[index];
    }

    int count() {
        return values.length;
    }

    /** These numbers with one changed. */
    Array with(int index, double value) {
        double[] changed = values.clone();
        changed[index] = value;
        return new Array(shape, changed);
    }

    @Override
    public String toString() {
        return shape + Arrays.stream(values).mapToObj(Double::toString).collect(Collectors.joining(", ", " {", "}"));
    }
}
