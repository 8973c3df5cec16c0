package dev.slipway.keras.constraints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.Serialized;

/** A constraint out of the Python code of others: it keeps its place in the file, and is refused where training begins. */
record UnknownConstraint(Serialized found) implements Constraint {
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
        return found.asReadOr(Constraint.super::toJson);
    }

    @Override
    public Value project(Ops ops, Value weight) {
        throw new ConfigException("constraint '" + className() + "' (expected: one of " + Constraints.names()
                + " for training; the model predicts without it)");
    }
}
