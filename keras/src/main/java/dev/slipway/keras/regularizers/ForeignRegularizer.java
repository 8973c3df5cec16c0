package dev.slipway.keras.regularizers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.Serialized;
import java.util.Optional;

/**
 * A regularizer out of the Python code of others: it keeps its place in the file. Where the program supplies none of its own for it,
 * it is refused where training begins.
 *
 * @param found what the file says of it
 * @param own what the program supplies
 */
record ForeignRegularizer(Serialized found, Optional<Regularizer> own) implements Regularizer {
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
        return found.asReadOr(Regularizer.super::toJson);
    }

    @Override
    public Value penalty(Ops ops, Value weight) {
        return own.orElseThrow(() -> new ConfigException(
                        "regularizer '" + className() + "' (expected: one of " + Regularizers.names()
                                + " for training, or one that the program registers; the model predicts without it)"))
                .penalty(ops, weight);
    }
}
