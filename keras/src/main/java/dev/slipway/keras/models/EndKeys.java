package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * How a Python program gives inputs to a functional model and finds its outputs: one, a list, a dictionary, or lists and
 * dictionaries in each other. Kept for the file, as everything here goes by the names of layers.
 *
 * @param inputs as the file has them: {@code [layer, node, tensor]}, or lists and dictionaries of such; missing if there was
 *     no file: one input then stands alone, several in a list
 * @param outputs likewise
 */
record EndKeys(JsonNode inputs, JsonNode outputs) {
    static final EndKeys NONE = new EndKeys(MissingNode.getInstance(), MissingNode.getInstance());

    /**
     * The structure of {@code input_layers} and {@code output_layers}.
     *
     * @param config the configuration of a functional model
     */
    static EndKeys of(JsonNode config) {
        return new EndKeys(config.path("input_layers"), config.path("output_layers"));
    }

    /** Every {@code [layer, node, tensor]} in the order in which Keras goes through them. */
    static List<JsonNode> histories(JsonNode ends) {
        List<JsonNode> found = new ArrayList<>();
        collect(ends, found);
        return found;
    }

    /** What is neither a structure nor the history of a tensor is found too, so that it is refused as one. */
    private static void collect(JsonNode ends, List<JsonNode> found) {
        if (isHistory(ends) || ends.isValueNode()) {
            found.add(ends);
        } else if (ends.isObject()) {
            sorted(ends).forEach(key -> collect(ends.path(key), found));
        } else {
            ends.forEach(end -> collect(end, found));
        }
    }

    private static boolean isHistory(JsonNode node) {
        return node.path(0).isTextual();
    }

    /** The keys of a dictionary in the order in which Keras goes through its values; none for a list. */
    static List<String> sorted(JsonNode node) {
        List<String> keys = new ArrayList<>();
        node.fieldNames().forEachRemaining(keys::add);
        Collections.sort(keys);
        return keys;
    }

    /**
     * The ends of a network in the structure that Python has them in.
     *
     * @param structure {@link #inputs} or {@link #outputs}
     * @param histories {@code [layer, node, tensor]} of each of them, in order
     */
    static JsonNode arranged(JsonNode structure, ArrayNode histories) {
        if (structure.isMissingNode()) {
            return histories.size() == 1 ? histories.get(0) : histories;
        }
        return arranged(structure, histories.elements());
    }

    private static JsonNode arranged(JsonNode structure, Iterator<JsonNode> histories) {
        if (isHistory(structure)) {
            return histories.next();
        }
        if (structure.isObject()) {
            ObjectNode dictionary = Config.json();
            sorted(structure).forEach(key -> dictionary.set(key, arranged(structure.path(key), histories)));
            return dictionary;
        }
        ArrayNode list = Config.json().arrayNode();
        structure.forEach(item -> list.add(arranged(item, histories)));
        return list;
    }

    /** Where another output is taken. */
    EndKeys ofInputs() {
        return new EndKeys(inputs, MissingNode.getInstance());
    }
}
