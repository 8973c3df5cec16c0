package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import java.util.ArrayList;
import java.util.List;

/** One call of a TensorFlow function in a functional model, and the steps of Keras 3 that do the same. */
final class TensorFlowCall {
    private final String name;
    private final String function;
    private final List<JsonNode> args;
    private final JsonNode kwargs;
    private final TensorFlowLengths lengths;
    private final List<ObjectNode> steps = new ArrayList<>();

    /**
     * A call.
     *
     * @param name the name of the step in the model
     * @param function what is called, for messages
     * @param args its arguments by place, tensors as {@code __keras_tensor__}
     * @param kwargs its arguments by name
     * @param lengths what is known of the shapes that the model computes
     */
    TensorFlowCall(String name, String function, List<JsonNode> args, JsonNode kwargs, TensorFlowLengths lengths) {
        this.name = name;
        this.function = function;
        this.args = args;
        this.kwargs = kwargs;
        this.lengths = lengths;
    }

    TensorFlowLengths lengths() {
        return lengths;
    }

    /** The steps made so far, the last of which has the name that the rest of the model knows. */
    List<ObjectNode> steps() {
        return steps;
    }

    /** The first argument: a tensor, a constant or a list. */
    JsonNode first() {
        JsonNode first = args.isEmpty() ? MissingNode.getInstance() : args.get(0);
        return first.isArray() && first.size() == 1 && isTensor(first.get(0)) ? first.get(0) : first;
    }

    /** The tensors of the first argument, which is a list. */
    ArrayNode list() {
        JsonNode first = args.isEmpty() ? MissingNode.getInstance() : args.get(0);
        return first instanceof ArrayNode list
                ? list
                : Config.json().arrayNode().add(first);
    }

    /** An argument that may stand by place or by name; missing if it is not given or None. */
    JsonNode find(int place, String... names) {
        if (place < args.size()) {
            return args.get(place);
        }
        for (String known : names) {
            if (kwargs.hasNonNull(known)) {
                return kwargs.get(known);
            }
        }
        return MissingNode.getInstance();
    }

    /** An argument that nobody gives by place; missing if it is not given or None. */
    JsonNode named(String name) {
        return constant(Integer.MAX_VALUE, name);
    }

    /** What is called. */
    String function() {
        return function;
    }

    /** The arguments from a place on. */
    List<JsonNode> from(int place) {
        return args.subList(Math.min(place, args.size()), args.size());
    }

    JsonNode require(int place, String... names) {
        JsonNode found = find(place, names);
        if (found.isMissingNode()) {
            throw refused(names[0], "nothing", "an argument");
        }
        return found;
    }

    /** An argument that must be known before the model runs. */
    JsonNode constant(int place, String... names) {
        JsonNode found = find(place, names);
        if (isComputed(found)) {
            throw refused(names[0], "a tensor", "numbers, as Slipway supports it");
        }
        return found;
    }

    JsonNode requireConstant(int place, String... names) {
        require(place, names);
        return constant(place, names);
    }

    boolean truth(int place, String... names) {
        return constant(place, names).asBoolean();
    }

    /** Refuses an argument that is given and says something else than Keras 3's operation does. */
    void refuseOther(String key, String expected) {
        String found = kwargs.path(key).asText("");
        if (kwargs.hasNonNull(key) && !found.equalsIgnoreCase(expected)) {
            throw refused(key, kwargs.get(key).toString(), expected);
        }
    }

    ConfigException refused(String key, String found, String expected) {
        return new ConfigException(
                "layer '" + name + "' (" + function + "): " + key + " = " + found + " (expected: " + expected + ")");
    }

    static boolean isTensor(JsonNode node) {
        return node.path("class_name").asText().equals("__keras_tensor__");
    }

    /** Whether an argument is a tensor, or has one in it. */
    static boolean isComputed(JsonNode argument) {
        return argument.findValues("class_name").stream()
                .anyMatch(className -> className.asText().equals("__keras_tensor__"));
    }

    /** Appends an operation, and gives its result to those that follow. */
    JsonNode then(String module, String className, JsonNode... arguments) {
        operation(module, className, arguments);
        return last();
    }

    /** Appends an operation of {@code keras.src.ops}. */
    ObjectNode operation(String module, String className, JsonNode... arguments) {
        return step("keras.src.ops." + module, className, arguments);
    }

    /** Appends a layer. */
    ObjectNode layer(String className, JsonNode... arguments) {
        return step("keras.layers", className, arguments);
    }

    /** Appends a step; gives its configuration, to be filled. */
    private ObjectNode step(String module, String className, JsonNode... arguments) {
        renameLast();
        ObjectNode step = Config.json().put("module", module).put("class_name", className);
        ObjectNode config = step.putObject("config").put("name", name);
        step.putNull("registered_name").put("name", name);
        ObjectNode node = step.putArray("inbound_nodes").addObject();
        node.putArray("args").addAll(List.of(arguments));
        node.putObject("kwargs");
        steps.add(step);
        return config;
    }

    /** The step that was the last one becomes an inner one. */
    private void renameLast() {
        if (!steps.isEmpty()) {
            ObjectNode last = steps.get(steps.size() - 1);
            last.put("name", innerName());
            last.withObjectProperty("config").put("name", innerName());
        }
    }

    private String innerName() {
        return name + "_step_" + steps.size();
    }

    /** The result of the last step, for a step that follows. */
    JsonNode last() {
        ObjectNode tensor = Config.json().put("class_name", "__keras_tensor__");
        tensor.putObject("config")
                .putArray("keras_history")
                .add(innerName())
                .add(0)
                .add(0);
        return tensor;
    }
}
