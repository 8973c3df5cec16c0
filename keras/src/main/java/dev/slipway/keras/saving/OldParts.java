package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.keras.activations.Activations;
import dev.slipway.keras.config.Backend;
import dev.slipway.keras.config.Keras2Masks;
import dev.slipway.keras.config.TensorFlow1;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What models of Keras 1 and 2 may have and Keras 3 has no word for, so that no file of Keras 3 can hold it. It is looked for in
 * what is left of a model when all was said in Keras 3's words that can be: a file in the form of the model's own may still hold
 * it, see {@link OldForm}.
 */
public final class OldParts {
    private static final Set<String> CLASSES = Set.of(
            "DepthToSpace",
            "Highway",
            "Keras1BatchNormalization",
            "Keras2RandomCrop",
            "LocallyConnected1D",
            "LocallyConnected2D",
            "MaxoutDense",
            "ParametricSoftplus",
            "SReLU",
            "SpaceToDepth");

    /** The module of operations that TensorFlow has and Keras 3 has not. */
    private static final String TENSORFLOW = "keras.src.ops.tensorflow";

    private OldParts() {}

    /**
     * Such parts of a model.
     *
     * @param architecture the model as it would be written
     * @param backend what Keras computed it with
     * @return a sentence for each, which says what was expected
     */
    public static List<String> in(JsonNode architecture, Backend backend) {
        List<String> problems = new ArrayList<>();
        collect(architecture, backend, problems);
        return problems;
    }

    private static void collect(JsonNode node, Backend backend, List<String> problems) {
        String className = node.path("class_name").asText();
        JsonNode config = node.path("config");
        String layer = "layer '" + config.path("name").asText() + "' (" + className + "): ";
        if (CLASSES.contains(className) || node.path("module").asText().equals(TENSORFLOW)) {
            problems.add(layer + "in a file of Keras 3 (expected: a layer that Keras 3 has too)");
        }
        if (className.equals("SeparableConv1D")
                && config.path("padding").asText().equals("causal")) {
            problems.add(layer + "padding = causal, which Keras 2 had (expected: same or valid)");
        }
        if (TensorFlow1.isUnknownToKeras3(config.path("interpolation").asText())) {
            problems.add(layer + "interpolation = "
                    + config.path("interpolation").asText() + " (expected: one that Keras 3 has too)");
        }
        if (config.path(Keras2Masks.KEY).asBoolean()
                || config.path(Keras2Masks.BESIDE_STATES).asBoolean()) {
            problems.add(layer + "masks taken as Keras 2 did (expected: a layer that takes them as Keras 3 does)");
        }
        if (backend == Backend.THEANO && TheanoLimits.isPaddedOtherwise(node)) {
            problems.add(layer + "padded as Keras 2 did on Theano (expected: padding that Keras 3 has too)");
        }
        for (Map.Entry<String, JsonNode> field : config.properties()) {
            if (field.getValue().asText().equals(Activations.KERAS_2_HARD_SIGMOID)) {
                problems.add(layer + field.getKey() + " = hard_sigmoid of Keras 2, clip(0.2x + 0.5, 0, 1) (expected: a"
                        + " function that Keras 3 has too)");
            }
        }
        node.forEach(child -> collect(child, backend, problems));
    }
}
