package dev.slipway.keras.initializers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.Serialized;
import dev.slipway.runtime.Tensor;
import java.util.random.RandomGenerator;

/** An initializer out of the Python code of others: it keeps its place in the file, and is refused where a weight begins. */
record UnknownInitializer(Serialized found) implements Initializer {
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
        throw new ConfigException("initializer '" + className() + "' (expected: one of " + Initializers.names()
                + " for new weights; read the model's weights from a file)");
    }
}
