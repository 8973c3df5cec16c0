package dev.slipway.keras.initializers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Serialized;
import dev.slipway.runtime.Tensor;
import java.util.random.RandomGenerator;

/** How a weight begins. Source: {@code keras.initializers.Initializer}. */
public interface Initializer {
    /**
     * The Keras class.
     *
     * @return the class name in a model file, such as {@code GlorotUniform}
     */
    String className();

    /**
     * The configuration as Keras writes it.
     *
     * @return a new JSON object
     */
    ObjectNode config();

    /**
     * The whole initializer as Keras 3 serializes it.
     *
     * @return a new JSON object; a bare name if an old file named a function that only its authors know
     */
    default JsonNode toJson() {
        return new Serialized(className(), config()).toJson("keras.initializers");
    }

    /**
     * Makes a weight.
     *
     * @param type its element type
     * @param shape its known shape
     * @param random where randomness comes from, unless the configuration has a seed of its own
     * @return a new tensor
     */
    Tensor create(DataType type, Shape shape, RandomGenerator random);
}
