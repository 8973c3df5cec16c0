package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Says that a {@code RandomCrop} is Keras 2's, which crops at inference too, as that of Keras 3 does not; and whether it is the one
 * of Keras 2.7 and later or one before.
 *
 * <p>Source: {@code keras.layers.preprocessing.image_preprocessing} of Keras 2.6 to 2.10, and the documentation of TensorFlow 2.6
 * and 2.7.
 */
final class Keras2Crop {
    /** Whose meaning no longer changed. */
    private static final int SETTLED = 7;

    private Keras2Crop() {}

    /** Rewrites such layers of an architecture in Keras 3's form. */
    static void sayWhich(JsonNode node, String version) {
        if (node.path("class_name").asText().equals("RandomCrop")
                && node instanceof ObjectNode layer
                && node.get("config") instanceof ObjectNode config) {
            layer.put("class_name", "Keras2RandomCrop");
            if (isBefore(version)) {
                config.put("resizes_first", true);
            }
        }
        node.forEach(child -> sayWhich(child, version));
    }

    /** False too for what does not say its version. */
    private static boolean isBefore(String version) {
        return version.startsWith("2.")
                && version.length() > 3
                && version.charAt(3) == '.'
                && version.charAt(2) - '0' < SETTLED;
    }
}
