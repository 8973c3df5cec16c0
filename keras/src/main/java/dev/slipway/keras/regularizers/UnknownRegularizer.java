package dev.slipway.keras.regularizers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.ConfigException;

/** A regularizer out of the Python code of others: it keeps its place in the file, and is refused where training begins. */
record UnknownRegularizer(String className, ObjectNode config) implements Regularizer {
    @Override
    public Value penalty(Ops ops, Value weight) {
        throw new ConfigException("regularizer '" + className + "' (expected: one of " + Regularizers.names()
                + " for training; the model predicts without it)");
    }
}
