package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How a Python program gives inputs to a functional model and finds its outputs: kept for the file, as everything here goes
 * by the names of layers.
 *
 * @param inputs a key for each input, in order; empty if Python has no dictionary of them
 * @param outputs a key for each output, likewise
 * @param listsOnlyInput whether Python has a list where there is one input, {@code Model([x], y)}
 * @param listsOnlyOutput whether Python has a list where there is one output: what {@code predict} gives is a list then
 */
record EndKeys(List<String> inputs, List<String> outputs, boolean listsOnlyInput, boolean listsOnlyOutput) {
    static final EndKeys NONE = new EndKeys(List.of(), List.of(), false, false);

    EndKeys {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /**
     * The keys of {@code input_layers} and {@code output_layers}.
     *
     * @param config the configuration of a functional model
     */
    static EndKeys of(JsonNode config) {
        JsonNode inputs = config.path("input_layers");
        JsonNode outputs = config.path("output_layers");
        return new EndKeys(sorted(inputs), sorted(outputs), isList(inputs), isList(outputs));
    }

    /** Whether these are several ends; one alone is {@code [layer, node, tensor]}. */
    private static boolean isList(JsonNode ends) {
        return ends.path(0).isArray();
    }

    /** The keys of a dictionary in the order in which Keras goes through its values; none for a list. */
    static List<String> sorted(JsonNode node) {
        List<String> keys = new ArrayList<>();
        node.fieldNames().forEachRemaining(keys::add);
        Collections.sort(keys);
        return keys;
    }

    /** Where another output is taken. */
    EndKeys ofInputs() {
        return new EndKeys(inputs, List.of(), listsOnlyInput, false);
    }
}
