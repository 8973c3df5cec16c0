package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.TensorFlow1;

/**
 * Says which lines the bilinear {@code UpSampling2D} of Keras 2.2.3 to 2.3.1 drew: those of TensorFlow 1, whatever TensorFlow it
 * ran on. {@code tf.keras} draws those of Keras 3 since TensorFlow 1.15; before, it wrote the same version, so that nothing in
 * a file tells.
 *
 * <p>Source: {@code resize_images} of {@code keras.backend.tensorflow_backend} of Keras 2.2.4 and 2.3.1, which calls {@code
 * resize_bilinear}.
 */
final class Keras2UpSampling {
    private Keras2UpSampling() {}

    /** Rewrites such layers of an architecture in Keras 3's form. */
    static void sayWhere(JsonNode node, String version) {
        boolean isKeras = (version.startsWith("2.2.") || version.startsWith("2.3.")) && !version.endsWith("-tf");
        if (isKeras) {
            layers(node);
        }
    }

    private static void layers(JsonNode node) {
        if (node.path("class_name").asText().equals("UpSampling2D")
                && node.get("config") instanceof ObjectNode config
                && config.path("interpolation").asText().equals("bilinear")) {
            config.put("interpolation", TensorFlow1.BILINEAR);
        }
        node.forEach(Keras2UpSampling::layers);
    }
}
