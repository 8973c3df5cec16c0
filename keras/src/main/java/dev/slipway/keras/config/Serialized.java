package dev.slipway.keras.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * An object as Keras 3 serializes it: a bare name, or {@code {module, class_name, config, registered_name}}.
 *
 * @param className the class, or the name of a function
 * @param config its configuration; empty for a bare name
 */
public record Serialized(String className, ObjectNode config) {
    /**
     * Reads a serialized object.
     *
     * @param subject what it belongs to, for messages
     * @param node the JSON
     * @return its class and configuration
     * @throws ConfigException if the JSON is of neither form
     */
    public static Serialized parse(String subject, JsonNode node) {
        if (node.isTextual()) {
            return new Serialized(node.textValue(), Config.json());
        }
        JsonNode className = node.path("class_name");
        JsonNode config = node.path("config");
        if (className.asText("").equals("function") && config.isTextual()) {
            return new Serialized(config.textValue(), Config.json());
        }
        if (!className.isTextual() || !(config.isObject() || config.isMissingNode() || config.isNull())) {
            throw new ConfigException(subject + ": " + node + " (expected: a name or {class_name, config})");
        }
        return new Serialized(className.textValue(), config instanceof ObjectNode found ? found : Config.json());
    }

    /**
     * Writes a serialized object.
     *
     * @param module the Keras module, such as {@code keras.layers}
     * @return the JSON in Keras 3's form
     */
    public ObjectNode toJson(String module) {
        ObjectNode json = Config.json();
        json.put("module", module).put("class_name", className).set("config", config);
        json.putNull("registered_name");
        return json;
    }
}
