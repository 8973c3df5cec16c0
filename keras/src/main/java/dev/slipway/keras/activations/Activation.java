package dev.slipway.keras.activations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import java.util.function.BiFunction;

/** A function applied to the result of a layer; keeps the shape (but {@code glu}, which halves the last axis). */
public interface Activation {
    /**
     * A function of the program's own.
     *
     * @param name the name in model files: that of the Python function, {@code package>name} if it is registered in Keras
     * @param function appends the function to a graph, given its operators and the argument, of a floating-point type
     * @return the activation
     */
    static Activation of(String name, BiFunction<Ops, Value, Value> function) {
        return new OwnActivation(name, function, OwnActivation.json(name));
    }

    /**
     * The function's Keras name.
     *
     * @return the name in a model file, such as {@code relu}
     */
    String name();

    /**
     * The function as Keras 3 serializes it.
     *
     * @return its name, or a new JSON object for one that is not Keras's
     */
    default JsonNode toJson() {
        return TextNode.valueOf(name());
    }

    /**
     * Appends the function to a graph.
     *
     * @param ops the operators
     * @param x its argument, of a floating-point type
     * @return its result
     */
    Value apply(Ops ops, Value x);
}
