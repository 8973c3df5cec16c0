package dev.slipway.keras.layers;

import dev.slipway.graph.Dimension;
import dev.slipway.graph.Interpolation;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Backend;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.TensorFlow1;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * What Keras and TensorFlow call the ways to make up the elements of resized images.
 *
 * <p>Bicubic is R. Keys's cubic: on PyTorch with a = -0.75 and copies beyond an edge, elsewhere with a = -0.5 and nothing there;
 * everywhere the latter with {@code antialias}. Keras on PyTorch has no Lanczos; {@code area}, {@code gaussian} and
 * {@code mitchellcubic} are TensorFlow's.
 */
enum Sampling {
    NEAREST("nearest", Interpolation.NEAREST),
    BILINEAR("bilinear", Interpolation.LINEAR),
    BICUBIC("bicubic", Interpolation.CUBIC),
    LANCZOS3("lanczos3", ResizingFilter.LANCZOS3),
    LANCZOS5("lanczos5", ResizingFilter.LANCZOS5),
    AREA("area", ResizingFilter.AREA),
    GAUSSIAN("gaussian", ResizingFilter.GAUSSIAN),
    MITCHELL_CUBIC("mitchellcubic", ResizingFilter.MITCHELL_CUBIC),
    TENSORFLOW_1_BILINEAR(TensorFlow1.BILINEAR, Interpolation.LINEAR_FROM_FIRST),
    TENSORFLOW_1_BILINEAR_CORNERS(TensorFlow1.BILINEAR_CORNERS, Interpolation.LINEAR_TO_CORNERS),
    TENSORFLOW_1_NEAREST(TensorFlow1.NEAREST, Interpolation.NEAREST_FROM_FIRST);

    /** What the engine can do with transposes on either side. */
    private static final Set<Interpolation> MOVABLE = EnumSet.of(
            Interpolation.NEAREST,
            Interpolation.NEAREST_FROM_FIRST,
            Interpolation.LINEAR,
            Interpolation.LINEAR_FROM_FIRST,
            Interpolation.LINEAR_TO_CORNERS);

    private static final List<Integer> SPATIAL = List.of(2, 3);

    private static final String KNOWN =
            "nearest, bilinear, bicubic, lanczos3, lanczos5, area, gaussian or mitchellcubic";

    private final String kerasName;
    private final Optional<Interpolation> interpolation;
    private final Optional<ResizingFilter> filter;

    Sampling(String kerasName, Interpolation interpolation) {
        this.kerasName = kerasName;
        this.interpolation = Optional.of(interpolation);
        this.filter = Optional.empty();
    }

    Sampling(String kerasName, ResizingFilter filter) {
        this.kerasName = kerasName;
        this.interpolation = Optional.empty();
        this.filter = Optional.of(filter);
    }

    static Sampling read(Config config, String absent) {
        String name = config.text("interpolation", absent).toLowerCase(Locale.ROOT);
        return find(name).orElseThrow(() -> config.refused("interpolation", name, KNOWN));
    }

    static Sampling named(String name) {
        return find(name)
                .orElseThrow(
                        () -> new IllegalArgumentException("interpolation '" + name + "' (expected: " + KNOWN + ")"));
    }

    private static Optional<Sampling> find(String name) {
        return Arrays.stream(values()).filter(one -> one.kerasName.equals(name)).findFirst();
    }

    String kerasName() {
        return kerasName;
    }

    /**
     * Resizes images to given lengths.
     *
     * @param x {@code [batch, channels, rows, columns]}, of floating point
     * @param lengths how many rows and columns there shall be
     * @param antialias whether more elements are taken where an axis becomes shorter
     * @return {@code [batch, channels, height, width]}
     */
    Value resize(LayerCall call, Value x, List<Long> lengths, boolean antialias) {
        Ops ops = call.ops();
        return resize(call, x, lengths, antialias, (images, told) -> ops.resize(images, SPATIAL, lengths, told));
    }

    /**
     * Makes images so many times as high and wide.
     *
     * @param x {@code [batch, channels, rows, columns]}, of floating point
     * @param factors how many times as many rows and columns there shall be
     * @return {@code [batch, channels, height, width]}
     */
    Value upsample(LayerCall call, Value x, List<Long> factors) {
        Ops ops = call.ops();
        List<Long> lengths = x.shape().slice(2, 4).isKnown()
                ? List.of(
                        Math.multiplyExact(x.shape().size(2), factors.get(0)),
                        Math.multiplyExact(x.shape().size(3), factors.get(1)))
                : List.of();
        return resize(call, x, lengths, false, (images, told) -> ops.upsample(images, SPATIAL, factors, told));
    }

    private Value resize(
            LayerCall call,
            Value x,
            List<Long> lengths,
            boolean antialias,
            BiFunction<Value, Interpolation, Value> engine) {
        Optional<Interpolation> told = interpolation(call.backend(), antialias);
        Optional<ResizingFilter> matrices = filter(told);
        if (matrices.isPresent() && ResizingFilter.knows(x.shape(), lengths)) {
            return matrices.get().resize(call.ops(), x, lengths, antialias);
        }
        Interpolation between = told.orElseThrow(() -> new IllegalArgumentException("interpolation " + kerasName
                + ": images of shape " + x.shape() + " to " + lengths
                + " (expected: known rows and columns, each by its"
                + " new length at most " + ResizingFilter.MAX_SHARES + ")"));
        return byEngine(call.ops(), x, between, engine);
    }

    /** What the engine is told, if it can be. */
    private Optional<Interpolation> interpolation(Backend backend, boolean antialias) {
        if (antialias) {
            return interpolation.map(Interpolation::antialiased);
        }
        boolean isWithin = this == BICUBIC && backend != Backend.TORCH;
        return isWithin ? Optional.of(Interpolation.CUBIC_WITHIN) : interpolation;
    }

    /** The engine's cubic is JAX's; TensorFlow rounds distances, which only matrices do. */
    private Optional<ResizingFilter> filter(Optional<Interpolation> told) {
        return told.filter(Interpolation.CUBIC_WITHIN::equals)
                .map(within -> ResizingFilter.CUBIC)
                .or(() -> filter);
    }

    /**
     * The engine (ONNX Runtime 1.29) moves transposes past Resize even where that makes it one it cannot do, which is so
     * for the cubic. They stop at the reshape to one channel.
     */
    private static Value byEngine(
            Ops ops, Value x, Interpolation interpolation, BiFunction<Value, Interpolation, Value> engine) {
        if (MOVABLE.contains(interpolation)) {
            return engine.apply(x, interpolation);
        }
        Shape shape = x.shape();
        Dimension planes = ops.graph().freshSymbol("planes");
        Value single =
                ops.reshape(x, Shape.of(List.of(planes, Dimension.of(1), shape.dimension(2), shape.dimension(3))));
        Value resized = engine.apply(single, interpolation);
        return ops.reshape(
                resized,
                shape.with(2, resized.shape().dimension(2))
                        .with(3, resized.shape().dimension(3)));
    }
}
