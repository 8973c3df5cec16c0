package dev.slipway.keras.activations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.function.BiFunction;

/**
 * A function that a program supplies for a name in a file.
 *
 * @param name the name in the file
 * @param function what it computes
 * @param toJson as it is written
 */
record OwnActivation(String name, BiFunction<Ops, Value, Value> function, JsonNode toJson) implements Activation {
    /** The form that Keras 3 gives to a function that is not its own. A bare name it would look for among its own only. */
    static ObjectNode json(String name) {
        return Config.json()
                .put("module", "builtins")
                .put("class_name", "function")
                .put("config", name)
                .put("registered_name", "function");
    }

    @Override
    public JsonNode toJson() {
        return toJson.deepCopy();
    }

    @Override
    public Value apply(Ops ops, Value x) {
        return function.apply(ops, x);
    }
}
