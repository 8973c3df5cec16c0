package dev.slipway.keras.constraints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Serialized;

/** What a weight must be: applied to it after every step of training. Source: {@code keras.constraints.Constraint}. */
public interface Constraint {
    /**
     * The Keras class.
     *
     * @return the class name in a model file, such as {@code MaxNorm}
     */
    String className();

    /**
     * The configuration as Keras writes it.
     *
     * @return a new JSON object
     */
    ObjectNode config();

    /**
     * The whole constraint as Keras 3 serializes it.
     *
     * @return a new JSON object; a bare name if an old file named a function that only its authors know
     */
    default JsonNode toJson() {
        return new Serialized(className(), config()).toJson("keras.constraints");
    }

    /**
     * Appends the projection of a weight to a graph.
     *
     * @param ops the operators
     * @param weight the weight
     * @return the nearest weight that is allowed, of the same shape
     * @throws IllegalArgumentException if a weight of this rank cannot be constrained so
     */
    Value project(Ops ops, Value weight);
}
