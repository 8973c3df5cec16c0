package dev.slipway.keras.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The configuration of one Keras object while it is read: remembers which keys were asked for, so that the rest can be
 * refused by name. A key whose value is null counts as absent, as Keras writes it for "not set".
 */
public final class Config {
    private static final String NOTHING = "nothing";

    private final String subject;
    private final ObjectNode node;
    private final OwnObjects own;
    private final Set<String> asked = new HashSet<>();

    /**
     * Begins to read a configuration.
     *
     * @param subject what is configured, for messages: {@code layer 'dense_1' (Dense)}
     * @param node the keys and values
     */
    public Config(String subject, ObjectNode node) {
        this(subject, node, OwnObjects.NONE);
    }

    /**
     * Begins to read a configuration in which names may stand for what the program supplies.
     *
     * @param subject what is configured, for messages
     * @param node the keys and values
     * @param own what the program supplies
     */
    public Config(String subject, ObjectNode node, OwnObjects own) {
        this.subject = subject;
        this.node = node;
        this.own = own;
    }

    /**
     * A new JSON object to write a configuration into.
     *
     * @return an empty object
     */
    public static ObjectNode json() {
        return JsonNodeFactory.instance.objectNode();
    }

    /**
     * What is configured.
     *
     * @return the subject for messages
     */
    public String subject() {
        return subject;
    }

    /**
     * What the program supplies for names in the configuration.
     *
     * @return the objects
     */
    public OwnObjects own() {
        return own;
    }

    /**
     * The value of a key.
     *
     * @param key the key
     * @return its value; empty if it is absent or null
     */
    public Optional<JsonNode> find(String key) {
        asked.add(key);
        JsonNode value = node.get(key);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    /**
     * Whether a key is there with the value null, which for a few keys is a choice of its own and not "not set".
     *
     * @param key the key
     * @return true for null, false for any value and for an absent key
     */
    public boolean isNull(String key) {
        asked.add(key);
        return node.path(key).isNull();
    }

    /**
     * A whole number that must be there.
     *
     * @param key the key
     * @return its value
     * @throws ConfigException if it is absent or something else
     */
    public int integer(String key) {
        return integer(key, find(key).orElseThrow(() -> refused(key, "nothing", "a whole number")));
    }

    /**
     * A whole number.
     *
     * @param key the key
     * @param absent its value when it is not set
     * @return its value
     * @throws ConfigException if it is something else
     */
    public int integer(String key, int absent) {
        return find(key).map(value -> integer(key, value)).orElse(absent);
    }

    private int integer(String key, JsonNode value) {
        if (!value.canConvertToInt() || !value.canConvertToExactIntegral()) {
            throw refused(key, value.toString(), "a whole number");
        }
        return value.intValue();
    }

    /**
     * A number.
     *
     * @param key the key
     * @param absent its value when it is not set
     * @return its value
     * @throws ConfigException if it is something else
     */
    public double number(String key, double absent) {
        Optional<JsonNode> value = find(key);
        if (value.isPresent() && !value.get().isNumber()) {
            throw refused(key, value.get().toString(), "a number");
        }
        return value.map(JsonNode::doubleValue).orElse(absent);
    }

    /**
     * A truth value.
     *
     * @param key the key
     * @param absent its value when it is not set
     * @return its value
     * @throws ConfigException if it is something else
     */
    public boolean truth(String key, boolean absent) {
        Optional<JsonNode> value = find(key);
        if (value.isPresent() && !value.get().isBoolean()) {
            throw refused(key, value.get().toString(), "true or false");
        }
        return value.map(JsonNode::booleanValue).orElse(absent);
    }

    /**
     * Text.
     *
     * @param key the key
     * @param absent its value when it is not set
     * @return its value
     * @throws ConfigException if it is something else
     */
    public String text(String key, String absent) {
        Optional<JsonNode> value = find(key);
        if (value.isPresent() && !value.get().isTextual()) {
            throw refused(key, value.get().toString(), "text");
        }
        return value.map(JsonNode::textValue).orElse(absent);
    }

    /**
     * Numbers: a list of any depth, or one number, flattened.
     *
     * @param key the key
     * @return the numbers; empty if the key is absent
     * @throws ConfigException if something else is among them
     */
    public Optional<double[]> numbers(String key) {
        return find(key).map(value -> {
            List<Double> flat = new ArrayList<>();
            flatten(key, value, flat);
            return flat.stream().mapToDouble(Double::doubleValue).toArray();
        });
    }

    private void flatten(String key, JsonNode value, List<Double> into) {
        if (value.isArray()) {
            value.forEach(element -> flatten(key, element, into));
        } else if (value.isNumber()) {
            into.add(value.doubleValue());
        } else {
            throw refused(key, value.toString(), "a number");
        }
    }

    /**
     * What was asked for and is there.
     *
     * @return a new map from key to value, sorted, without values that are null
     */
    public Map<String, JsonNode> found() {
        Map<String, JsonNode> found = new TreeMap<>();
        asked.forEach(key -> find(key).ifPresent(value -> found.put(key, value)));
        return found;
    }

    /**
     * Reads over keys that say nothing to Slipway.
     *
     * @param keys the keys
     */
    public void ignore(String... keys) {
        asked.addAll(List.of(keys));
    }

    /**
     * Ends the reading.
     *
     * @throws ConfigException if there is a key, not null, that nobody asked for
     */
    public void refuseOthers() {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!asked.contains(field.getKey()) && !field.getValue().isNull()) {
                throw refused(
                        field.getKey(),
                        field.getValue().toString(),
                        asked.isEmpty()
                                ? "no keys"
                                : "a key that is supported; nearest: " + Nearest.to(field.getKey(), asked));
            }
        }
    }

    /** A key that nobody asked for and that is almost the one that is missing. */
    private Optional<String> misspelt(String key) {
        return node.properties().stream()
                .map(Map.Entry::getKey)
                .filter(other -> !asked.contains(other) && Nearest.isNear(other, key))
                .findFirst();
    }

    /**
     * An exception about one key; if it is missing, about the one that was probably meant to be it.
     *
     * @param key the key
     * @param found its value
     * @param expected what it should have been
     * @return the exception, to be thrown
     */
    public ConfigException refused(String key, String found, String expected) {
        Optional<String> misspelt = found.equals(NOTHING) ? misspelt(key) : Optional.empty();
        if (misspelt.isPresent()) {
            String value = String.valueOf(node.get(misspelt.get()));
            return refused(misspelt.get(), value, "a key that is supported; nearest: " + key);
        }
        String shown = found.length() > 200 ? found.substring(0, 200) + "…" : found;
        return new ConfigException(subject + ": " + key + " = " + shown + " (expected: " + expected + ")");
    }
}
