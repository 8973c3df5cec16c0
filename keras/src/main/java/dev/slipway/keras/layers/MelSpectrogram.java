package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.graph.Window;
import dev.slipway.keras.config.Config;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How loud a signal is in bands that ears tell apart: {@code [batch, samples]} to {@code [batch, melBins, frames]}, in float32.
 *
 * <p>The power of a short-time Fourier transform, whose first frame lies around the first sample, is summed in triangles of
 * the mel scale {@code 1127 · ln(1 + hertz / 700)}, and is given in decibels {@code 10 · log10(power / refPower)}, none more
 * than {@code topDb} below the loudest of the whole batch.
 *
 * <p>Source: {@code keras.layers.MelSpectrogram}.
 */
public final class MelSpectrogram extends Layer {
    private static final List<String> KEYS = List.of(
            "fft_length",
            "sequence_stride",
            "sequence_length",
            "window",
            "sampling_rate",
            "num_mel_bins",
            "min_freq",
            "max_freq",
            "power_to_db",
            "top_db",
            "mag_exp",
            "min_power",
            "ref_power");

    /** The matrices of a transform grow with the square of its length. */
    private static final int LARGEST = 4096;

    private final Map<String, JsonNode> settings = new TreeMap<>();
    private final int fftLength;
    private final int stride;
    private final double[] window;
    private final MelBands bands;
    private final boolean inDecibels;
    private final double topDb;
    private final double exponent;
    private final double leastPower;
    private final double refPower;

    private MelSpectrogram(String name, Config config) {
        super(name, config.truth("trainable", true));
        KEYS.forEach(key -> settings.put(key, LayerConfig.orNull(config.find(key))));
        fftLength = config.integer("fft_length", 2048);
        stride = config.integer("sequence_stride", 512);
        int length = config.integer("sequence_length", fftLength);
        if (length < 1 || fftLength < length || fftLength > LARGEST || stride < 1) {
            throw config.refused(
                    "fft_length",
                    fftLength + "",
                    "at least sequence_length " + length + " and at most " + LARGEST + ", and a stride >= 1");
        }
        window = window(config, length, fftLength);
        bands = MelBands.read(config, fftLength / 2 + 1);
        inDecibels = config.truth("power_to_db", true);
        topDb = config.number("top_db", 80);
        exponent = config.number("mag_exp", 2);
        leastPower = config.number("min_power", 1e-10);
        refPower = config.number("ref_power", 1);
    }

    /** Without a window the whole frame counts, however long the sequence is. */
    private static double[] window(Config config, int length, int fftLength) {
        if (config.isNull("window")) {
            return Spectrum.window(config, fftLength, true);
        }
        boolean isGiven = config.find("window").isPresent();
        Config hann = new Config(config.subject(), Config.json().put("window", "hann"));
        return Spectrum.window(isGiven ? config : hann, length, true);
    }

    static MelSpectrogram read(String name, Config config) {
        return new MelSpectrogram(name, config);
    }

    @Override
    public String className() {
        return "MelSpectrogram";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        settings.forEach((key, value) -> {
            if (!value.isNull() || key.equals("window")) {
                config.set(key, value);
            }
        });
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.wideInput();
        if (x.shape().rank() != 2) {
            throw new IllegalArgumentException(
                    this + ": input of shape " + x.shape() + " (expected: [batch, samples])");
        }
        Value matrix = ops.constant(Constant.of(x.type(), Shape.of(bands.count(), bands.bins()), bands.weights()));
        Value mel = ops.matMul(matrix, magnitudes(ops, x));
        return List.of(call.narrow(inDecibels ? decibels(ops, mel) : mel));
    }

    /** {@code [batch, bins, frames]}. */
    private Value magnitudes(Ops ops, Value x) {
        Value framed = ops.conv(
                ops.unsqueeze(mirrored(ops, x), 1),
                ops.constant(waves(x.type())),
                Window.of(List.of((long) window.length)).withStrides(List.of((long) stride)),
                1);
        List<Value> parts = ops.split(framed, 1, bands.bins(), bands.bins());
        Value power = ops.add(ops.mul(parts.get(0), parts.get(0)), ops.mul(parts.get(1), parts.get(1)));
        return exponent == 2 ? power : ops.pow(ops.sqrt(power), ops.like(power, exponent));
    }

    /** The signal with its mirror image at both ends, without what the window leaves out of the first and the last frame. */
    private Value mirrored(Ops ops, Value x) {
        int edge = fftLength / 2;
        if (x.shape().dimension(1).isKnown() && x.shape().size(1) <= edge) {
            throw new IllegalArgumentException(this + ": " + x.shape().size(1) + " samples (expected: more than half of"
                    + " fft_length " + fftLength + ")");
        }
        Value whole = x;
        if (edge > 0) {
            Value before = ops.flip(ops.slice(x, 1, 1, edge + 1L), 1);
            Value after = ops.flip(ops.slice(x, 1, -edge - 1L, -1), 1);
            whole = ops.concat(List.of(before, x, after), 1);
        }
        int unseen = fftLength - window.length;
        int left = unseen / 2;
        int right = unseen - left;
        return unseen == 0 ? whole : ops.slice(whole, 1, left, right == 0 ? Long.MAX_VALUE : -right);
    }

    /** The window times each cosine, and behind these times each sine. */
    private Constant waves(DataType type) {
        int bins = bands.bins();
        int left = (fftLength - window.length) / 2;
        double[] kernel = new double[2 * bins * window.length];
        for (int i = 0; i < kernel.length; i++) {
            int time = i % window.length;
            int row = i / window.length;
            kernel[i] = window[time] * Spectrum.wave(row < bins, time + left, row % bins, fftLength);
        }
        return Constant.of(type, Shape.of(2L * bins, 1, window.length), kernel);
    }

    private Value decibels(Ops ops, Value power) {
        double reference = 10 * Math.log10(Math.max(Math.abs(refPower), leastPower));
        Value log = ops.log(ops.max(power, ops.like(power, leastPower)));
        Value level = ops.sub(ops.mul(log, ops.like(log, 10 / Math.log(10))), ops.like(log, reference));
        Value least = ops.sub(ops.reduceMax(level, false), ops.like(level, topDb));
        return ops.max(level, least);
    }
}
