package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where the channels lie for layers of Keras 1 that did not write it: those that pad, crop and repeat images took it from the
 * settings of the machine. It is what the other layers of the model say, such as the convolutions between them; {@code tf},
 * Keras 1.2's own setting, if none does.
 *
 * <p>Source: {@code get_config} of {@code ZeroPadding2D}, {@code Cropping2D}, {@code UpSampling2D}, their forms of three
 * directions and {@code SpatialDropout2D} in Keras 1.0 to 1.2, which leave {@code dim_ordering} out.
 */
final class Keras1Ordering {
    private static final String KEY = "dim_ordering";
    private static final Set<String> SILENT = Set.of(
            "Cropping2D",
            "Cropping3D",
            "SpatialDropout2D",
            "SpatialDropout3D",
            "UpSampling2D",
            "UpSampling3D",
            "ZeroPadding2D",
            "ZeroPadding3D");

    private static final Set<String> CONVOLUTIONS = Set.of("Convolution2D", "Convolution3D", "AtrousConvolution2D");

    /** What Theano could not do in Keras 1, or does not do as Keras 2 on it. */
    private static final Set<String> OTHERS = Set.of("SeparableConvolution2D", "Deconvolution2D");

    private Keras1Ordering() {}

    /**
     * Whether Keras 1 computed a model with Theano, as its convolutions tell: their channels are first, which was Theano's order.
     * It is what turns their kernels too, see {@link LegacyWeights}.
     */
    static boolean isTheanos(JsonNode model) {
        List<String> classes = model.findValuesAsText("class_name");
        return classes.stream().noneMatch(OTHERS::contains) && hasConvolution(model);
    }

    private static boolean hasConvolution(JsonNode node) {
        boolean isOne = CONVOLUTIONS.contains(node.path("class_name").asText())
                && node.path("config").path(KEY).asText().equals("th");
        for (JsonNode child : node) {
            isOne = isOne || hasConvolution(child);
        }
        return isOne;
    }

    /**
     * Writes it into every layer that has to know it.
     *
     * @throws ConfigException if the others do not agree, naming every layer that does not say
     */
    static void complete(JsonNode model) {
        List<ObjectNode> silent = new ArrayList<>();
        collect(model, silent);
        Set<String> said = new TreeSet<>(model.findValuesAsText(KEY));
        said.retainAll(Set.of("tf", "th"));
        if (said.size() > 1 && !silent.isEmpty()) {
            throw new ConfigException(silent.stream()
                    .map(config -> "layer '" + config.path("name").asText() + "': no " + KEY + ", in a model that has "
                            + said + " (expected: one that all its layers have; write it into this one)")
                    .toList());
        }
        silent.forEach(config ->
                config.put(KEY, said.isEmpty() ? "tf" : said.iterator().next()));
    }

    private static void collect(JsonNode node, List<ObjectNode> silent) {
        if (SILENT.contains(node.path("class_name").asText())
                && node.get("config") instanceof ObjectNode config
                && !config.has(KEY)) {
            silent.add(config);
        }
        node.forEach(child -> collect(child, silent));
    }
}
