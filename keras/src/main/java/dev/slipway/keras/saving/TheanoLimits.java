package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.keras.config.ConfigException;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * Layers that are padded to the same length in files of Keras 2 on Theano: those that Theano could not compute are refused, and of
 * the others is said which no Keras 3 computes so.
 *
 * <p>Source: {@code pool3d}, {@code conv2d_transpose} and {@code conv3d_transpose} of {@code keras.backend.theano_backend} of Keras
 * 2.3.1; measured on it.
 */
final class TheanoLimits {
    private static final Set<String> TRANSPOSED = Set.of("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose");

    private TheanoLimits() {}

    /** Marks such layers of an architecture in Keras 3's form as {@link Unreadable}. */
    static void mark(JsonNode node) {
        Unreadable.orMarked(node, () -> refuse(node));
        node.forEach(TheanoLimits::mark);
    }

    private static void refuse(JsonNode layer) {
        String className = layer.path("class_name").asText();
        JsonNode config = layer.path("config");
        if (!isSame(config)) {
            return;
        }
        if (className.endsWith("Pooling3D") && longs(config, "pool_size").contains(1L)) {
            throw refused(layer, "pool_size", config, "2 or more along each axis");
        }
        boolean isEven = longs(config, "kernel_size").stream().anyMatch(length -> length % 2 == 0);
        if (TRANSPOSED.contains(className) && isEven) {
            throw refused(layer, "kernel_size", config, "an odd length along each axis");
        }
    }

    private static ConfigException refused(JsonNode layer, String key, JsonNode config, String expected) {
        return new ConfigException("layer '" + config.path("name").asText() + "' ("
                + layer.path("class_name").asText() + ") of Keras on Theano: padding = same and " + key + " = "
                + config.path(key) + " (expected: " + expected + ", as Theano cannot compute others)");
    }

    /**
     * Whether Theano pads a layer otherwise than the backends of Keras 3 for some length of its input. The states of ConvLSTM are
     * padded whatever its padding.
     */
    static boolean isPaddedOtherwise(JsonNode layer) {
        String className = layer.path("class_name").asText();
        JsonNode config = layer.path("config");
        boolean isRecurrent = className.startsWith("ConvLSTM");
        if (!isSame(config) && !isRecurrent) {
            return false;
        }
        List<Long> lengths = longs(config, config.has("pool_size") ? "pool_size" : "kernel_size");
        boolean isOne = lengths.stream().allMatch(length -> length == 1);
        boolean moves = longs(config, "strides").stream().anyMatch(stride -> stride > 1);
        if (config.has("pool_size")) {
            boolean isHalved = lengths.stream().allMatch(length -> length == 1 || length == 3);
            return !isOne && (moves || !isHalved);
        }
        boolean isEven = lengths.stream().anyMatch(length -> length % 2 == 0);
        boolean movesOtherwise = isSame(config) && moves && (!isOne || TRANSPOSED.contains(className));
        return isEven || movesOtherwise;
    }

    private static boolean isSame(JsonNode config) {
        return config.path("padding").asText().equals("same");
    }

    private static List<Long> longs(JsonNode config, String key) {
        JsonNode written = config.path(key);
        return written.isNumber()
                ? List.of(written.asLong())
                : StreamSupport.stream(written.spliterator(), false)
                        .map(JsonNode::asLong)
                        .toList();
    }
}
