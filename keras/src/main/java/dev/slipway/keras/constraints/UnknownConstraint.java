package dev.slipway.keras.constraints;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.ConfigException;

/** A constraint out of the Python code of others: it keeps its place in the file, and is refused where training begins. */
record UnknownConstraint(String className, ObjectNode config) implements Constraint {
    @Override
    public Value project(Ops ops, Value weight) {
        throw new ConfigException("constraint '" + className + "' (expected: one of " + Constraints.names()
                + " for training; the model predicts without it)");
    }
}
