package dev.slipway.keras.layers;

import dev.slipway.graph.Interpolation;
import dev.slipway.keras.config.Config;
import java.util.Locale;
import java.util.Map;

/**
 * Keras's names of interpolations.
 *
 * <p>Bicubic is R. Keys's cubic with a = -0.5, as in Keras on TensorFlow and JAX; PyTorch takes -0.75.
 */
final class Interpolations {
    private static final Map<String, Interpolation> BY_NAME =
            Map.of("nearest", Interpolation.NEAREST, "bilinear", Interpolation.LINEAR, "bicubic", Interpolation.CUBIC);

    private Interpolations() {}

    static Interpolation read(Config config, String absent) {
        String name = config.text("interpolation", absent).toLowerCase(Locale.ROOT);
        Interpolation found = BY_NAME.get(name);
        if (found == null) {
            throw config.refused("interpolation", name, "nearest, bilinear or bicubic");
        }
        return found;
    }

    static Interpolation named(String name) {
        Interpolation found = BY_NAME.get(name);
        if (found == null) {
            throw new IllegalArgumentException("interpolation '" + name + "' (expected: nearest, bilinear or bicubic)");
        }
        return found;
    }

    static String name(Interpolation interpolation) {
        return switch (interpolation) {
            case NEAREST -> "nearest";
            case LINEAR -> "bilinear";
            case CUBIC -> "bicubic";
        };
    }
}
