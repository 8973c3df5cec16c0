package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.keras.config.ConfigException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Entries of {@code compile_config} that belong to outputs: a list in their order, or a map by their names. */
final class PerOutput {
    private PerOutput() {}

    /**
     * The entry of each output in a list or a map.
     *
     * @param key what is read, for messages
     * @param node the list or map
     * @param outputs the names of the outputs
     * @return one entry for each; missing where a map has none
     * @throws ConfigException if there are more or fewer, or others
     */
    static List<JsonNode> entries(String key, JsonNode node, List<String> outputs) {
        if (node.isObject()) {
            return ofNames(key, node, outputs);
        }
        if (node.size() != outputs.size()) {
            throw new ConfigException("compile: " + key + " = " + node + " (expected: " + outputs.size()
                    + " entries, one for each of the outputs " + outputs + ")");
        }
        List<JsonNode> entries = new ArrayList<>();
        node.forEach(entries::add);
        return entries;
    }

    private static List<JsonNode> ofNames(String key, JsonNode node, List<String> outputs) {
        Set<String> unknown = new HashSet<>();
        node.fieldNames().forEachRemaining(unknown::add);
        outputs.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new ConfigException(
                    "compile: " + key + " of outputs " + unknown + " (expected: some of the outputs " + outputs + ")");
        }
        return outputs.stream().map(node::path).toList();
    }

    /** Whether a configuration leaves an output out. */
    static boolean isNone(JsonNode entry) {
        return entry.isNull() || entry.isMissingNode();
    }
}
