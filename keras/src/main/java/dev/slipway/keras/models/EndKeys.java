package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The keys under which a Python program gives inputs to a functional model and finds its outputs: kept for the file, as
 * everything here goes by the names of layers.
 *
 * @param inputs a key for each input, in order; empty if Python has a list of them
 * @param outputs a key for each output, likewise
 */
record EndKeys(List<String> inputs, List<String> outputs) {
    static final EndKeys NONE = new EndKeys(List.of(), List.of());

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
        return new EndKeys(sorted(config.path("input_layers")), sorted(config.path("output_layers")));
    }

    /** The keys of a dictionary in the order in which Keras goes through its values; none for a list. */
    static List<String> sorted(JsonNode node) {
        List<String> keys = new ArrayList<>();
        node.fieldNames().forEachRemaining(keys::add);
        Collections.sort(keys);
        return keys;
    }

    /** Where other outputs are taken. */
    EndKeys ofInputs() {
        return new EndKeys(inputs, List.of());
    }
}
