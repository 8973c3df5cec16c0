package dev.slipway.keras.ops;

import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.Spectrum;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The short-time Fourier transform: frames of a signal {@code [..., time]}, each under a window and transformed, as real and
 * imaginary parts {@code [..., frames, bins]}; and the way back, where frames are added up under the window that makes up for
 * the first, as on TensorFlow.
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
        all.add("ISTFT", Definition.configured(Definitions.X, Frames::joined));
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

    private static Definition.Function joined(Config config) {
        int length = positive(config, "sequence_length");
        int stride = positive(config, "sequence_stride");
        int frame = positive(config, "fft_length");
        boolean isCentred = config.truth("center", true);
        int wanted = config.integer("length", -1);
        if (frame < length || stride > frame) {
            throw config.refused(
                    "fft_length", frame + "", ">= sequence_length, " + length + ", and >= sequence_stride, " + stride);
        }
        int pieces = Bounds.steps(config, "fft_length / sequence_stride", ((long) frame + stride - 1) / stride);
        double[] window = config.isNull(WINDOW) ? ones(frame) : inverse(window(config, length, frame), stride);
        return call -> {
            Ops ops = call.ops();
            List<Value> parts = Transforms.parts(call);
            Value x = Transforms.toReal(ops, parts, Transforms.length(call, parts.get(0)), frame);
            Value frames = ops.mul(x, ops.constant(Constant.of(x.type(), Shape.of(frame), window)));
            Value whole = added(call, frames, stride, pieces);
            int axis = whole.shape().rank() - 1;
            long frameCount = x.shape().size(-2);
            long start = isCentred ? frame / 2 : 0;
            long all = frame + stride * (frameCount - 1);
            long end = wanted >= 0 ? Math.min(start + wanted, all) : isCentred ? all - frame / 2 : all;
            return ops.slice(whole, axis, start, end);
        };
    }

    private static double[] ones(int length) {
        double[] ones = new double[length];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** The window over the sum of the squares of all that lie upon each other. */
    private static double[] inverse(double[] window, int stride) {
        double[] sums = new double[stride];
        for (int i = 0; i < window.length; i++) {
            sums[i % stride] += window[i] * window[i];
        }
        double[] inverse = new double[window.length];
        Arrays.setAll(inverse, i -> window[i] / sums[i % stride]);
        return inverse;
    }

    /** Frames {@code [..., frames, length]} added up, each a stride behind the one before: in pieces as long as the stride. */
    private static Value added(OperationCall call, Value frames, int stride, int pieces) {
        Ops ops = call.ops();
        int rank = frames.shape().rank();
        if (!frames.shape().dimension(-2).isKnown()) {
            throw call.refused("x", frames.shape() + "", "a known number of frames");
        }
        long count = frames.shape().size(-2);
        long length = frames.shape().size(-1);
        long[] none = new long[rank];
        long[] after = new long[rank];
        after[rank - 1] = (long) pieces * stride - length;
        Value whole = ops.pad(frames, none, after);
        Value sum = null;
        for (int i = 0; i < pieces; i++) {
            long[] front = new long[rank];
            long[] behind = new long[rank];
            front[rank - 2] = i;
            behind[rank - 2] = pieces - 1L - i;
            Value piece = ops.pad(ops.slice(whole, rank - 1, (long) i * stride, (i + 1L) * stride), front, behind);
            sum = sum == null ? piece : ops.add(sum, piece);
        }
        List<Dimension> lengths =
                new ArrayList<>(frames.shape().slice(0, rank - 2).dimensions());
        lengths.add(Dimension.of((count + pieces - 1) * stride));
        return ops.reshape(java.util.Objects.requireNonNull(sum), Shape.of(lengths));
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
