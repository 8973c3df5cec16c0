package dev.slipway.keras.regularizers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Serialized;

/** What the size of a weight adds to the loss. Source: {@code keras.regularizers.Regularizer}. */
public interface Regularizer {
    /**
     * The Keras class.
     *
     * @return the class name in a model file, such as {@code L2}
     */
    String className();

    /**
     * The configuration as Keras writes it.
     *
     * @return a new JSON object
     */
    ObjectNode config();

    /**
     * The whole regularizer as Keras 3 serializes it.
     *
     * @return a new JSON object; a bare name if an old file named a function that only its authors know
     */
    default JsonNode toJson() {
        return new Serialized(className(), config()).toJson("keras.regularizers");
    }

    /**
     * Appends the penalty to a graph.
     *
     * @param ops the operators
     * @param weight the weight
     * @return a scalar
     */
    Value penalty(Ops ops, Value weight);
}
