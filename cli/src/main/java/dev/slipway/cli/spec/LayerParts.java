package dev.slipway.cli.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.Nearest;
import dev.slipway.keras.config.OwnObjects;
import dev.slipway.keras.config.Serialized;
import dev.slipway.keras.constraints.Constraints;
import dev.slipway.keras.initializers.Initializers;
import dev.slipway.keras.regularizers.Regularizers;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Initializers, regularizers and constraints of layers that a spec writes out. One that is not known is Python code of others
 * in a model's file, and kept; in a spec it is misspelt.
 *
 * @param ending how the keys of layers that take one end
 * @param names those known
 * @param className the class of one, as it is read
 */
record LayerParts(String ending, List<String> names, Function<Serialized, String> className) {
    private static final List<LayerParts> ALL = List.of(
            new LayerParts(
                    "_initializer",
                    Initializers.names(),
                    part -> Initializers.ofFile(part, OwnObjects.NONE).className()),
            new LayerParts(
                    "_regularizer",
                    Regularizers.names(),
                    part -> Regularizers.ofFile(part, OwnObjects.NONE).className()),
            new LayerParts(
                    "_constraint",
                    Constraints.names(),
                    part -> Constraints.ofFile(part, OwnObjects.NONE).className()));

    /**
     * Refuses what is not known in a layer, and in the layers in it.
     *
     * @throws ConfigException naming layer, key and the nearest known one
     */
    static void requireKnown(String section, JsonNode layer) {
        if (layer.path("class_name").isTextual() && layer.path("config") instanceof ObjectNode arguments) {
            String name = arguments.path("name").asText("");
            Config config = new Config(
                    section + ": layer " + (name.isEmpty() ? "" : "'" + name + "' ") + "("
                            + layer.path("class_name").asText() + ")",
                    arguments);
            for (Map.Entry<String, JsonNode> argument : arguments.properties()) {
                for (LayerParts parts : ALL) {
                    if (argument.getKey().endsWith(parts.ending)
                            && !argument.getValue().isNull()) {
                        parts.requireKnown(config, argument.getKey(), argument.getValue());
                    }
                }
            }
        }
        layer.forEach(inner -> requireKnown(section, inner));
    }

    private void requireKnown(Config config, String key, JsonNode node) {
        String subject = config.subject() + ": " + key;
        Serialized part = Serialized.parse(subject, node);
        if (!names.contains(nameOf(subject, part))) {
            throw config.refused(
                    key, part.className(), "one of " + names + "; nearest: " + Nearest.to(part.className(), names));
        }
    }

    private String nameOf(String subject, Serialized part) {
        try {
            return className.apply(part);
        } catch (ConfigException e) {
            throw new ConfigException(subject + ": " + e.getMessage(), e);
        }
    }
}
