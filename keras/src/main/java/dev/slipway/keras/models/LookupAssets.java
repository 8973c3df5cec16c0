package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.layers.SnakeCase;
import dev.slipway.keras.saving.KerasFile;
import dev.slipway.runtime.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts the vocabularies that layers have learned into their configurations, where given ones are: a {@code .keras} file keeps
 * them as {@code assets/layers/string_lookup/vocabulary.txt}, a token a line, special ones first.
 *
 * <p>Source: {@code IndexLookup.save_assets}, {@code load_assets} and {@code save_own_variables} of Keras 3.9.
 */
final class LookupAssets {
    private static final Set<String> LOOKUPS = Set.of("IntegerLookup", "StringLookup", "TextVectorization");
    private static final Set<String> NETWORKS = Set.of("Functional", "Model", "Sequential");

    private final KerasFile file;

    private LookupAssets(KerasFile file) {
        this.file = file;
    }

    /** Completes a file's architecture; what the file lacks is left for the layer to refuse. */
    static ObjectNode inlined(KerasFile file) {
        ObjectNode architecture = file.architecture();
        new LookupAssets(file).walk(architecture, "", 0);
        return architecture;
    }

    /** Deeper nesting is refused when the architecture is read. */
    private void walk(JsonNode network, String group, int depth) {
        Map<String, Integer> counters = new HashMap<>();
        for (JsonNode layer : network.path("config").path("layers")) {
            String className = layer.path("class_name").asText("");
            String base = SnakeCase.of(className);
            int count = counters.merge(base, 1, Integer::sum) - 1;
            String place = group + "layers/" + (count == 0 ? base : base + "_" + count) + "/";
            if (NETWORKS.contains(className) && depth < file.limits().networkDepth()) {
                walk(layer, place, depth + 1);
            } else if (LOOKUPS.contains(className) && layer.path("config") instanceof ObjectNode config) {
                complete(config, className, place);
            }
        }
    }

    private void complete(ObjectNode config, String className, String place) {
        Optional<String> text = file.asset(place + "vocabulary.txt");
        if (config.hasNonNull("vocabulary") || text.isEmpty()) {
            return;
        }
        List<String> lines = Arrays.asList(text.get().split("\r\n|\r|\n", -1));
        int count = lines.size();
        while (count > 0 && lines.get(count - 1).isEmpty()) {
            count--;
        }
        ArrayNode vocabulary = config.putArray("vocabulary");
        for (String line : lines.subList(0, count)) {
            if (className.equals("IntegerLookup")) {
                vocabulary.add(number(line, place));
            } else {
                vocabulary.add(line);
            }
        }
        if (config.path("output_mode").asText().replace('-', '_').equals("tf_idf")) {
            addWeights(config, place, count);
        }
    }

    private long number(String line, String place) {
        try {
            return Long.parseLong(line);
        } catch (NumberFormatException e) {
            String message = file.path() + ": assets/" + place + "vocabulary.txt: '" + line
                    + "' (expected: a whole number in each line)";
            throw new ConfigException(message, e);
        }
    }

    private void addWeights(ObjectNode config, String place, int count) {
        boolean pads = config.path("pad_to_max_tokens").asBoolean(false);
        int stored = pads ? config.path("max_tokens").asInt(count) : count;
        Tensor weights = file.read(place + "vars/idf_weights", DataType.FLOAT, Shape.of(stored));
        ArrayNode numbers = config.putArray("idf_weights");
        for (int i = 0; i < count && i < stored; i++) {
            numbers.add(weights.floats().get(i));
        }
    }
}
