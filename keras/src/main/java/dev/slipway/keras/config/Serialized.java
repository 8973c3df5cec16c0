package dev.slipway.keras.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * An object as Keras 3 serializes it: a bare name, or {@code {module, class_name, config, registered_name}}.
 *
 * @param className the class, or the name of a function; one that is not Keras's has the package it was registered under before
 *     it, {@code package>Name}, or else its module
 * @param config its configuration; empty for a bare name
 * @param written the JSON that it was read from; null for one that was not read
 */
public record Serialized(String className, ObjectNode config, JsonNode written) {
    private static final Pattern KERAS_MODULE =
            Pattern.compile("((tf_)?keras|tensorflow(\\.python)?\\.keras)(\\.|$)|builtins$");

    /**
     * An object to be written.
     *
     * @param className the class
     * @param config its configuration
     */
    public Serialized(String className, ObjectNode config) {
        this(className, config, NullNode.getInstance());
    }

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
            return new Serialized(node.textValue(), Config.json(), node);
        }
        JsonNode className = node.path("class_name");
        JsonNode config = node.path("config");
        if (className.asText("").equals("function") && config.isTextual()) {
            return new Serialized(qualified(node, config.textValue()), Config.json(), node);
        }
        if (!className.isTextual() || !(config.isObject() || config.isMissingNode() || config.isNull())) {
            throw new ConfigException(subject + ": " + node + " (expected: a name or {class_name, config})");
        }
        return new Serialized(
                qualified(node, className.textValue()),
                config instanceof ObjectNode found ? found : Config.json(),
                node);
    }

    /**
     * The name of a serialized object's class that no other class has: another package's may be called as one of Keras's.
     *
     * @param node the JSON
     * @param name the class's name, or the function's
     * @return the name alone if it is Keras's, or if nothing says whose it is; {@code package>Name} or {@code module>Name} for
     *     another
     */
    public static String qualified(JsonNode node, String name) {
        String registered = node.path("registered_name").asText("");
        if (registered.contains(">")) {
            return registered;
        }
        String module = node.path("module").asText("keras");
        return name.contains(">") || KERAS_MODULE.matcher(module).lookingAt() ? name : module + ">" + name;
    }

    /**
     * Writes an object as it was read.
     *
     * @param otherwise writes one that was not read
     * @return the JSON, a new one
     */
    public JsonNode asReadOr(Supplier<JsonNode> otherwise) {
        return written.isNull() ? otherwise.get() : written.deepCopy();
    }

    /**
     * Writes a serialized object, one that is registered in Keras by the name it is registered under.
     *
     * @param module the Keras module, such as {@code keras.layers}
     * @return the JSON in Keras 3's form
     */
    public ObjectNode toJson(String module) {
        boolean isRegistered = className.contains(">");
        ObjectNode json = Config.json();
        json.put("module", isRegistered ? null : module)
                .put("class_name", className.substring(className.indexOf('>') + 1))
                .set("config", config);
        json.put("registered_name", isRegistered ? className : null);
        return json;
    }
}
