package dev.slipway.keras.layers;

import dev.slipway.graph.Dimension;
import dev.slipway.graph.Interpolation;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.TensorFlow1;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Keras's names of interpolations.
 *
 * <p>Bicubic is R. Keys's cubic with a = -0.75, as in Keras on PyTorch; TensorFlow and JAX take -0.5, which
 * {@link UpSampling} does for files written there.
 */
final class Interpolations {
    private static final Map<String, Interpolation> BY_NAME = Map.of(
            "nearest",
            Interpolation.NEAREST,
            "bilinear",
            Interpolation.LINEAR,
            "bicubic",
            Interpolation.CUBIC,
            TensorFlow1.BILINEAR,
            Interpolation.LINEAR_FROM_FIRST,
            TensorFlow1.BILINEAR_CORNERS,
            Interpolation.LINEAR_TO_CORNERS,
            TensorFlow1.NEAREST,
            Interpolation.NEAREST_FROM_FIRST);

    /** What the engine can do with transposes on either side. */
    private static final Set<Interpolation> MOVABLE = EnumSet.of(
            Interpolation.NEAREST,
            Interpolation.NEAREST_FROM_FIRST,
            Interpolation.LINEAR,
            Interpolation.LINEAR_FROM_FIRST,
            Interpolation.LINEAR_TO_CORNERS);

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
            case NEAREST_FROM_FIRST -> TensorFlow1.NEAREST;
            case LINEAR_FROM_FIRST -> TensorFlow1.BILINEAR;
            case LINEAR_TO_CORNERS -> TensorFlow1.BILINEAR_CORNERS;
            case LINEAR, LINEAR_ANTIALIASED -> "bilinear";
            case CUBIC, CUBIC_ANTIALIASED -> "bicubic";
        };
    }

    /**
     * Resizes {@code [batch, channels, rows, columns]}.
     *
     * <p>The engine (ONNX Runtime 1.29) moves transposes past Resize even where that makes it one it cannot do, which is so
     * for the cubic. They stop at the reshape to one channel.
     */
    static Value apply(Ops ops, Value x, Interpolation interpolation, UnaryOperator<Value> resize) {
        if (MOVABLE.contains(interpolation)) {
            return resize.apply(x);
        }
        Shape shape = x.shape();
        Dimension planes = ops.graph().freshSymbol("planes");
        Value single =
                ops.reshape(x, Shape.of(List.of(planes, Dimension.of(1), shape.dimension(2), shape.dimension(3))));
        Value resized = resize.apply(single);
        return ops.reshape(
                resized,
                shape.with(2, resized.shape().dimension(2))
                        .with(3, resized.shape().dimension(3)));
    }
}
