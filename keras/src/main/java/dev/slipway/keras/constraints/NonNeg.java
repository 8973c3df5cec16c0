package dev.slipway.keras.constraints;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/** No number below zero: {@code max(w, 0)}. Source: {@code keras.constraints.NonNeg}. */
record NonNeg() implements Constraint {
    @Override
    public String className() {
        return "NonNeg";
    }

    @Override
    public ObjectNode config() {
        return Config.json();
    }

    @Override
    public Value project(Ops ops, Value weight) {
        return ops.max(weight, ops.like(weight, 0));
    }
}
