package dev.slipway.keras.ops;

import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.Spectrum;
import java.util.Arrays;

/**
 * The short-time Fourier transform: frames of a signal {@code [..., time]}, each under a window and transformed, as real and
 * imaginary parts {@code [..., frames, bins]}.
 *
 * <p>Source: {@code keras.ops.stft} as on numpy: the window lies in the middle of a frame of {@code fft_length}, one that
 * is {@code null} all over it, and a centred signal is mirrored at its ends.
 */
final class Frames {
    /** As many places are in the graph. */
    private static final long MOST = 1 << 22;

    private static final String WINDOW = "window";

    private Frames() {}

    static void addTo(Definitions all) {
        all.from("math");
        all.add("STFT", new Definition(Definitions.X, Frames::read));
    }

    private static Definition.Body read(Config config) {
        int length = positive(config, "sequence_length");
        int stride = positive(config, "sequence_stride");
        int frame = positive(config, "fft_length");
        boolean isCentred = config.truth("center", true);
        if (frame < length) {
            throw config.refused("fft_length", frame + "", ">= sequence_length, " + length);
        }
        double[] window = window(config, length, frame);
        return call -> {
            Ops ops = call.ops();
            Value x = call.floating("x");
            Value places = places(call, Transforms.length(call, x), stride, frame, isCentred ? frame / 2 : 0);
            Value frames = ops.gather(x, places, x.shape().rank() - 1);
            Value weighted = ops.mul(frames, ops.constant(Constant.of(x.type(), Shape.of(frame), window)));
            return Transforms.ofReal(ops, weighted, frame);
        };
    }

    /** Keras's own window where nothing is said of it; by null every element of the frame counts, beside the sequence too. */
    private static double[] window(Config config, int length, int frame) {
        double[] window = new double[frame];
        if (config.isNull(WINDOW)) {
            Arrays.fill(window, 1);
            return window;
        }
        boolean isGiven = config.find(WINDOW).isPresent();
        Config hann = new Config(config.subject(), Config.json().put(WINDOW, "hann"));
        System.arraycopy(
                Spectrum.window(isGiven ? config : hann, length, true), 0, window, (frame - length) / 2, length);
        return window;
    }

    private static int positive(Config config, String key) {
        int found = config.integer(key);
        if (found < 1 || found > Short.MAX_VALUE) {
            throw config.refused(key, found + "", "1 to " + Short.MAX_VALUE);
        }
        return found;
    }

    /** Where in the signal each element of each frame is. */
    private static Value places(OperationCall call, int time, int stride, int frame, int mirrored) {
        long frames = (time + 2L * mirrored - frame) / stride + 1;
        if (mirrored >= time || time + 2L * mirrored < frame || frames * frame > MOST) {
            throw call.refused(
                    "x", time + " elements", "more than half a frame, and frames of " + MOST + " elements at most");
        }
        double[] places = new double[Math.toIntExact(frames * frame)];
        Arrays.setAll(places, i -> {
            int place = Math.abs(i / frame * stride + i % frame - mirrored);
            return place < time ? place : 2 * (time - 1) - place;
        });
        return call.ops().constant(Constant.of(DataType.INT64, Shape.of(frames, frame), places));
    }
}
