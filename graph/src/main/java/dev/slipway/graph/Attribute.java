package dev.slipway.graph;

import java.util.List;

/** A fixed parameter of a {@link Node}, as ONNX types them. */
public sealed interface Attribute {
    /**
     * An integer, also ONNX's form of a truth value (0 or 1).
     *
     * @param value the integer
     */
    record Int(long value) implements Attribute {}

    /**
     * A single-precision number.
     *
     * @param value the number
     */
    record Real(float value) implements Attribute {}

    /**
     * Text in UTF-8.
     *
     * @param value the text
     */
    record Text(String value) implements Attribute {}

    /**
     * A list of integers.
     *
     * @param values the integers
     */
    record Ints(List<Long> values) implements Attribute {}

    /**
     * A list of single-precision numbers.
     *
     * @param values the numbers
     */
    record Reals(List<Float> values) implements Attribute {}

    /**
     * A list of texts.
     *
     * @param values the texts
     */
    record Texts(List<String> values) implements Attribute {}

    /**
     * Tensor data.
     *
     * @param value the data
     */
    record Tensor(Constant value) implements Attribute {}

    /**
     * The body of a loop, which may use values of the graph around it.
     *
     * @param value the graph
     */
    record Body(Graph value) implements Attribute {}

    /**
     * What a node on the host computes; ONNX has no such attribute.
     *
     * @param value the function
     */
    record Host(HostFunction value) implements Attribute {}
}
