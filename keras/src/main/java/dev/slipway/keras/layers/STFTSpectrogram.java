package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.initializers.Initializer;
import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * The short-time Fourier transform of each channel of a signal, by convolution: {@code [batch, time, channels]} to
 * {@code [batch, frames, channels · bins]}, with {@code fftLength / 2 + 1} bins; or {@code [batch, frames, bins, channels]}
 * with {@code expand_dims}; or all with the channels in front.
 *
 * <p>Weights: {@code real_kernel} and {@code imag_kernel [frameLength, 1, bins]}, as far as the mode needs them.
 *
 * <p>Source: {@code keras.layers.STFTSpectrogram}.
 */
public final class STFTSpectrogram extends Layer {
    private static final List<Padding> PADDINGS = List.of(Padding.VALID, Padding.SAME);

    /** Keras's {@code epsilon}: no magnitude is below. */
    private static final double LEAST = 1e-7;

    /** How many numbers a kernel may have: these are computed before weights are read. */
    private static final long LARGEST = 1 << 24;

    private static final JsonNode HANN = TextNode.valueOf("hann");

    private enum Mode {
        LOG,
        MAGNITUDE,
        PSD,
        REAL,
        IMAG,
        ANGLE,
        STFT
    }

    private final Mode mode;
    private final int frameLength;
    private final OptionalInt frameStep;
    private final OptionalInt fftLength;
    private final Optional<JsonNode> window;
    private final boolean isPeriodic;
    private final Optional<String> scaling;
    private final boolean expandsDims;
    private final DataFormat format;
    private final Sliding sliding;
    private final double[] weighting;

    private STFTSpectrogram(String name, Config config) {
        super(name, config.truth("trainable", true));
        mode = mode(config);
        frameLength = positive(config, "frame_length", 256);
        frameStep = optional(config, "frame_step");
        fftLength = optional(config, "fft_length");
        window = config.isNull("window")
                ? Optional.empty()
                : config.find("window").or(() -> Optional.of(HANN));
        isPeriodic = config.truth("periodic", false);
        scaling = config.isNull("scaling") ? Optional.empty() : Optional.of(config.text("scaling", "density"));
        expandsDims = config.truth("expand_dims", false);
        format = DataFormat.read(config);
        long step = frameStep.orElse(frameLength / 2);
        sliding = Sliding.of(List.of((long) frameLength), List.of(step), Padding.read(config, PADDINGS));
        weighting = weighting(config);
        if (step < 1 || step > frameLength || transformLength() < frameLength) {
            throw config.refused(
                    "frame_length",
                    frameLength + "",
                    "at least frame_step " + step + ", at most fft_length " + transformLength());
        }
        if (frameLength * bins() > LARGEST) {
            throw config.refused(
                    "frame_length",
                    frameLength + "",
                    "kernels of at most " + LARGEST + " numbers, with " + bins() + " bins");
        }
    }

    static STFTSpectrogram read(String name, Config config) {
        return new STFTSpectrogram(name, config);
    }

    private static Mode mode(Config config) {
        String name = config.text("mode", "log");
        for (Mode mode : Mode.values()) {
            if (kerasName(mode).equals(name)) {
                return mode;
            }
        }
        throw config.refused("mode", name, "log, magnitude, psd, real, imag, angle or stft");
    }

    private static String kerasName(Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    private static int positive(Config config, String key, int absent) {
        int found = config.integer(key, absent);
        if (found < 1 || found > 1 << 20) {
            throw config.refused(key, found + "", "1 to 1048576");
        }
        return found;
    }

    private static OptionalInt optional(Config config, String key) {
        return config.find(key).isEmpty() ? OptionalInt.empty() : OptionalInt.of(positive(config, key, 1));
    }

    /** The window, scaled. */
    private double[] weighting(Config config) {
        ObjectNode node = Config.json();
        node.set("window", LayerConfig.orNull(window));
        double[] weights = Spectrum.window(new Config(config.subject(), node), frameLength, isPeriodic);
        double scale = 1;
        if (window.isPresent() && scaling.isPresent()) {
            scale = switch (scaling.get()) {
                case "density" ->
                    Math.sqrt(Arrays.stream(weights).map(w -> w * w).sum());
                case "spectrum" -> Arrays.stream(weights).map(Math::abs).sum();
                default -> throw config.refused("scaling", scaling.get(), "density, spectrum or null");
            };
        }
        double divisor = scale;
        return Arrays.stream(weights).map(w -> w / divisor).toArray();
    }

    @Override
    public String className() {
        return "STFTSpectrogram";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("mode", kerasName(mode)).put("frame_length", frameLength);
        write(config, "frame_step", frameStep);
        write(config, "fft_length", fftLength);
        config.set("window", LayerConfig.orNull(window));
        config.put("periodic", isPeriodic);
        scaling.ifPresentOrElse(found -> config.put("scaling", found), () -> config.putNull("scaling"));
        config.put("padding", sliding.padding().kerasName()).put("data_format", format.kerasName());
        config.put("expand_dims", expandsDims);
    }

    private static void write(ObjectNode config, String key, OptionalInt value) {
        value.ifPresentOrElse(found -> config.put(key, found), () -> config.putNull(key));
    }

    private int transformLength() {
        return fftLength.orElseGet(() -> frameLength == 1 ? 1 : 2 * Integer.highestOneBit(frameLength - 1));
    }

    private long bins() {
        return transformLength() / 2L + 1;
    }

    @Override
    public List<WeightSpec> weights(List<Shape> inputs) {
        List<WeightSpec> weights = new ArrayList<>();
        if (mode != Mode.IMAG) {
            weights.add(kernel("real_kernel", true));
        }
        if (mode != Mode.REAL) {
            weights.add(kernel("imag_kernel", false));
        }
        return weights;
    }

    private WeightSpec kernel(String name, boolean isReal) {
        Shape shape = Shape.of(frameLength, 1, bins());
        return new WeightSpec(name, DataType.FLOAT, shape, new Waves(weighting, isReal), Optional.empty(), true);
    }

    /** Windowed waves, with which the kernels begin. */
    private static final class Waves implements Initializer {
        private final double[] weighting;
        private final boolean isReal;

        Waves(double[] weighting, boolean isReal) {
            this.weighting = weighting;
            this.isReal = isReal;
        }

        @Override
        public String className() {
            return "STFT";
        }

        @Override
        public ObjectNode config() {
            return Config.json();
        }

        @Override
        public Tensor create(DataType type, Shape shape, RandomGenerator random) {
            int bins = Math.toIntExact(shape.size(2));
            float[] kernel = new float[weighting.length * bins];
            for (int i = 0; i < kernel.length; i++) {
                double wave = Spectrum.wave(isReal, i / bins, i % bins, Math.max(1, 2L * (bins - 1)));
                kernel[i] = (float) (wave * weighting[i / bins]);
            }
            return Tensor.of(shape, kernel);
        }
    }

    @Override
    public List<Value> call(LayerCall call) {
        format.requireRank(this, call.input().shape(), 1);
        Ops ops = call.ops();
        Value result = mode == Mode.STFT
                ? ops.concat(List.of(part(call, "real_kernel"), part(call, "imag_kernel")), 2)
                : single(call);
        return List.of(shaped(ops, result));
    }

    private Value single(LayerCall call) {
        Ops ops = call.ops();
        return switch (mode) {
            case REAL -> part(call, "real_kernel");
            case IMAG -> part(call, "imag_kernel");
            case ANGLE -> ops.atan2(part(call, "imag_kernel"), part(call, "real_kernel"));
            case PSD -> density(ops, power(call));
            case LOG -> ops.log(magnitude(call));
            default -> magnitude(call);
        };
    }

    /** {@code [batch, channels, bins, frames]}: the kernel over each channel by itself. */
    private Value part(LayerCall call, String name) {
        Ops ops = call.ops();
        Value x = sliding.seen(ops, format.toChannelsFirst(ops, call.input()));
        Dimension channels = x.shape().dimension(1);
        if (!channels.isKnown()) {
            throw new IllegalArgumentException(
                    this + ": input of shape " + call.input().shape() + " (expected: a known number of channels)");
        }
        Value kernel = ops.cast(ConvolvingLayer.outFirst(ops, call.weight(name)), x.type());
        int count = Math.toIntExact(channels.size());
        Value all = count == 1 ? kernel : ops.concat(Collections.nCopies(count, kernel), 0);
        Value result = ops.conv(x, all, sliding.over(x.shape()), count);
        Shape shape = Shape.of(List.of(
                x.shape().dimension(0),
                channels,
                Dimension.of(bins()),
                result.shape().dimension(2)));
        return ops.reshape(result, shape);
    }

    private Value power(LayerCall call) {
        Value real = part(call, "real_kernel");
        Value imaginary = part(call, "imag_kernel");
        return call.ops().add(call.ops().mul(real, real), call.ops().mul(imaginary, imaginary));
    }

    private Value magnitude(LayerCall call) {
        Value power = power(call);
        return call.ops().sqrt(call.ops().max(power, call.ops().like(power, LEAST)));
    }

    /** Bins between the first and the last stand for their mirror images too. */
    private static Value density(Ops ops, Value power) {
        Value inner = ops.slice(power, 2, 1, -1);
        long[] edges = {0, 0, 1, 0};
        return ops.add(power, ops.pad(inner, edges, edges));
    }

    private Value shaped(Ops ops, Value x) {
        if (expandsDims) {
            return format == DataFormat.CHANNELS_LAST ? ops.transpose(x, 0, 3, 2, 1) : ops.transpose(x, 0, 1, 3, 2);
        }
        Shape shape = x.shape();
        long rows = shape.size(1) * shape.size(2);
        Value flat = ops.reshape(x, Shape.of(List.of(shape.dimension(0), Dimension.of(rows), shape.dimension(3))));
        return format.fromChannelsFirst(ops, flat);
    }
}
