package dev.slipway.graph;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One tensor in a graph, assigned once: an input, a parameter, a constant or a result of a {@link Node}.
 *
 * <p>Values are made by {@link Graph} and {@link Ops} only, and are equal only to themselves.
 */
public final class Value {
    private final String name;
    private final DataType type;
    private final Shape shape;
    private final @Nullable Constant constant;

    Value(String name, DataType type, Shape shape, @Nullable Constant constant) {
        this.name = name;
        this.type = type;
        this.shape = shape;
        this.constant = constant;
    }

    /**
     * The name, unique in its graph.
     *
     * @return the name this value has in the ONNX bytes too
     */
    public String name() {
        return name;
    }

    /**
     * The type of the elements.
     *
     * @return the element type
     */
    public DataType type() {
        return type;
    }

    /**
     * The shape as far as it is known before the graph runs.
     *
     * @return the shape; lengths that depend on the input are symbols
     */
    public Shape shape() {
        return shape;
    }

    /**
     * The content, where it is a part of the graph.
     *
     * @return the data of a constant, empty for every other value
     */
    public Optional<Constant> constant() {
        return Optional.ofNullable(constant);
    }

    /** Name, type and shape, such as {@code dense/kernel: FLOAT [4, 3]}. */
    @Override
    public String toString() {
        return name + ": " + type + " " + shape;
    }
}
