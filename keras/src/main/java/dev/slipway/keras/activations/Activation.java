package dev.slipway.keras.activations;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;

/** A function applied to the result of a layer; keeps the shape (but {@code glu}, which halves the last axis). */
public interface Activation {
    /**
     * The function's Keras name.
     *
     * @return the name in a model file, such as {@code relu}
     */
    String name();

    /**
     * Appends the function to a graph.
     *
     * @param ops the operators
     * @param x its argument, of a floating-point type
     * @return its result
     */
    Value apply(Ops ops, Value x);
}
