package dev.slipway.keras.constraints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;

/**
 * Along what the norm of a weight is taken: what Keras's constraints call their axis, one number or several.
 *
 * @param json as the file has it
 * @param axes the numbers, negative from the end
 */
record NormAxes(JsonNode json, List<Integer> axes) {
    /** What Keras adds to a norm before it divides by it. */
    private static final double EPSILON = 1e-7;

    static NormAxes read(Config config) {
        JsonNode json = config.find("axis").orElse(IntNode.valueOf(0));
        List<Integer> axes = new ArrayList<>();
        for (JsonNode axis : json.isArray() ? json : List.of(json)) {
            if (!axis.canConvertToInt() || !axis.canConvertToExactIntegral()) {
                throw config.refused("axis", json.toString(), "a whole number, or a list of them");
            }
            axes.add(axis.intValue());
        }
        return new NormAxes(json, List.copyOf(axes));
    }

    void write(ObjectNode config) {
        config.set("axis", json);
    }

    /** {@code sqrt(sum(w²))} along the axes, which stay with length 1. */
    Value norms(Ops ops, Value weight) {
        int[] along = axes.stream().mapToInt(weight.shape()::axis).toArray();
        return ops.sqrt(ops.reduceSum(ops.mul(weight, weight), true, along));
    }

    /** {@code ε + norm}. */
    static Value divisor(Ops ops, Value norms) {
        return ops.add(ops.like(norms, EPSILON), norms);
    }
}
