package dev.slipway.keras.initializers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.Serialized;
import dev.slipway.runtime.Tensor;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * An initializer out of the Python code of others: it keeps its place in the file. Where the program supplies none of its own for it,
 * it is refused where a weight begins.
 *
 * @param found what the file says of it
 * @param own what the program supplies
 */
record ForeignInitializer(Serialized found, Optional<Initializer> own) implements Initializer {
    @Override
    public String className() {
        return found.className();
    }

    @Override
    public ObjectNode config() {
        return found.config();
    }

    /** As it was read: who knows the class finds all that was said of it. */
    @Override
    public JsonNode toJson() {
        return found.asReadOr(Initializer.super::toJson);
    }

    @Override
    public Tensor create(DataType type, Shape shape, RandomGenerator random) {
        return own.orElseThrow(
                        () -> new ConfigException(
                                "initializer '" + className() + "' (expected: one of " + Initializers.names()
                                        + " for new weights, or one that the program registers; read the model's weights from a file)"))
                .create(type, shape, random);
    }
}
