package dev.slipway.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Tensor data that is a part of a graph.
 *
 * @param type the element type; not {@link DataType#STRING}
 * @param shape the known shape
 * @param bytes the elements, row-major and little-endian, from position 0 to the limit; not copied, so the caller must
 *     not change them afterwards
 */
public record Constant(DataType type, Shape shape, ByteBuffer bytes) {
    /**
     * Checks that the bytes are as many as the shape says.
     *
     * @param type the element type
     * @param shape the known shape
     * @param bytes the elements
     * @throws IllegalArgumentException if they are not
     */
    public Constant {
        long expected = shape.elementCount() * type.byteSize();
        if (bytes.limit() != expected) {
            throw new IllegalArgumentException(
                    "constant of " + type + " " + shape + ": " + bytes.limit() + " bytes (expected: " + expected + ")");
        }
    }

    /**
     * The elements.
     *
     * @return a new read-only view, little-endian, at position 0
     */
    @Override
    public ByteBuffer bytes() {
        return bytes.duplicate().rewind().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * A vector of 64-bit integers, the form in which ONNX operators take axes and shapes.
     *
     * @param values the elements
     * @return a constant of shape {@code [values.length]}
     */
    public static Constant of(long... values) {
        ByteBuffer bytes = allocate(values.length, DataType.INT64);
        bytes.asLongBuffer().put(values);
        return new Constant(DataType.INT64, Shape.of(values.length), bytes);
    }

    /**
     * Single-precision data.
     *
     * @param shape the known shape
     * @param values the elements, row-major
     * @return the constant
     */
    public static Constant of(Shape shape, float... values) {
        ByteBuffer bytes = allocate(values.length, DataType.FLOAT);
        bytes.asFloatBuffer().put(values);
        return new Constant(DataType.FLOAT, shape, bytes);
    }

    /**
     * Data of any numeric type.
     *
     * @param type the element type
     * @param shape the known shape
     * @param values the elements, row-major, converted as {@link Element#put} does
     * @return the constant
     * @throws IllegalArgumentException for text
     */
    public static Constant of(DataType type, Shape shape, double... values) {
        ByteBuffer bytes = allocate(values.length, type);
        for (double value : values) {
            Element.put(bytes, type, value);
        }
        return new Constant(type, shape, bytes);
    }

    /**
     * A scalar of any numeric type.
     *
     * @param type the element type
     * @param value its value, converted as {@link Element#put} does
     * @return a constant of shape {@code []}
     * @throws IllegalArgumentException for text
     */
    public static Constant scalar(DataType type, double value) {
        return of(type, Shape.scalar(), value);
    }

    private static ByteBuffer allocate(int elements, DataType type) {
        return ByteBuffer.allocate(elements * type.byteSize()).order(ByteOrder.LITTLE_ENDIAN);
    }
}
