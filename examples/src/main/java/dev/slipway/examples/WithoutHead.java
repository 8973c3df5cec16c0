package dev.slipway.examples;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.models.Model;
import java.nio.file.Path;

/** Takes the last layer from a trained chain, to learn something else with what comes before: the base of {@code transfer}. */
public final class WithoutHead {
    private WithoutHead() {}

    /**
     * Saves a chain without its last layer.
     *
     * @param trained the file of a {@code Sequential} model
     * @param base where the rest goes
     */
    public static void save(Path trained, Path base) {
        try (Model whole = Model.load(trained)) {
            ObjectNode json = whole.toJson();
            ArrayNode layers = (ArrayNode) json.at("/config/layers");
            layers.remove(layers.size() - 1);
            try (Model rest = Model.fromJson(json, LayerRegistry.builtIn(), 0)) {
                for (Weight weight : rest.weights()) {
                    rest.assign(weight.path(), whole.weight(weight.path()));
                }
                rest.save(base);
            }
        }
    }

    /**
     * Does so from a shell.
     *
     * @param arguments the file of a model, and where the rest goes
     */
    public static void main(String[] arguments) {
        save(Path.of(arguments[0]), Path.of(arguments[1]));
    }
}
