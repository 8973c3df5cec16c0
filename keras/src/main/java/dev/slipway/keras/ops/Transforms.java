package dev.slipway.keras.ops;

import dev.slipway.graph.Constant;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.Spectrum;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * Fourier transforms along the last axis or the last two, as products with matrices: of real numbers, or of a pair of real and
 * imaginary parts, which gives such a pair.
 *
 * <p>Source: {@code keras.ops.math}: {@code fft}, {@code fft2}, {@code ifft2}, {@code rfft}, {@code irfft}.
 */
final class Transforms {
    private Transforms() {}

    static void addTo(Definitions all) {
        all.from("math");
        all.add("FFT", new Definition(Definitions.X, config -> Transforms::complex));
        all.add("FFT2", new Definition(Definitions.X, config -> call -> inPlane(call, parts(call))));
        all.add("IFFT2", new Definition(Definitions.X, config -> Transforms::backFromPlane));
        all.add("RFFT", new Definition(Definitions.X, Transforms::ofReal));
        all.add("IRFFT", Definition.configured(Definitions.X, Transforms::toReal));
    }

    /** With the real or the imaginary waves, those of each row times a factor. */
    private static Value product(
            Ops ops, Value x, int rows, int columns, int length, boolean isReal, IntToDoubleFunction factor) {
        double[] numbers = new double[elements(rows, columns)];
        for (int i = 0; i < numbers.length; i++) {
            int row = i / columns;
            numbers[i] = factor.applyAsDouble(row) * Spectrum.wave(isReal, row, i % columns, length);
        }
        return ops.matMul(x, ops.constant(Constant.of(x.type(), Shape.of(rows, columns), numbers)));
    }

    private static int elements(long rows, long columns) {
        if (rows * columns > Bounds.MOST_ELEMENTS) {
            throw new IllegalArgumentException("transform: " + rows + " by " + columns + " waves (expected: at most "
                    + Bounds.MOST_ELEMENTS + ")");
        }
        return (int) (rows * columns);
    }

    static int length(OperationCall call, Value x) {
        Dimension length = x.shape().dimension(-1);
        if (!length.isKnown() || length.size() > Short.MAX_VALUE) {
            throw call.refused("x", x.shape() + "", "a known last axis of at most " + Short.MAX_VALUE);
        }
        return Math.toIntExact(length.size());
    }

    /** The real and the imaginary part. */
    static List<Value> parts(OperationCall call) {
        List<Value> parts = call.list("x").stream()
                .map(part -> Promotion.floating(call.ops(), part))
                .toList();
        if (parts.size() != 2) {
            throw call.refused("x", parts.size() + " tensors", "the real and the imaginary part");
        }
        return parts;
    }

    private static List<Value> complex(OperationCall call) {
        return alongRows(call, parts(call));
    }

    /** Along the last axis, then along the one before it. */
    private static List<Value> inPlane(OperationCall call, List<Value> parts) {
        return turned(call, alongRows(call, turned(call, alongRows(call, parts))));
    }

    private static List<Value> turned(OperationCall call, List<Value> parts) {
        return parts.stream().map(call.ops()::transposeLast).toList();
    }

    /** What is transformed with its imaginary part turned over comes out turned over, and as many times too large as it has elements. */
    private static List<Value> backFromPlane(OperationCall call) {
        Ops ops = call.ops();
        List<Value> parts = parts(call);
        List<Value> there = inPlane(call, List.of(parts.get(0), ops.neg(parts.get(1))));
        double count = (double) length(call, parts.get(0)) * length(call, ops.transposeLast(parts.get(0)));
        return List.of(
                ops.mul(there.get(0), ops.like(there.get(0), 1 / count)),
                ops.mul(there.get(1), ops.like(there.get(1), -1 / count)));
    }

    private static List<Value> alongRows(OperationCall call, List<Value> parts) {
        Ops ops = call.ops();
        int n = length(call, parts.get(0));
        List<Value> products = new ArrayList<>();
        for (Value part : parts) {
            products.add(product(ops, part, n, n, n, true, row -> 1));
            products.add(product(ops, part, n, n, n, false, row -> 1));
        }
        return List.of(ops.sub(products.get(0), products.get(3)), ops.add(products.get(2), products.get(1)));
    }

    private static Definition.Body ofReal(Config config) {
        int wanted = config.integer("fft_length", 0);
        return call -> {
            Value x = call.floating("x");
            int n = wanted > 0 ? wanted : length(call, x);
            return ofReal(call.ops(), fitted(call.ops(), x, length(call, x), n), n);
        };
    }

    /** The real and the imaginary parts of the first half of the bins, of a last axis of length n. */
    static List<Value> ofReal(Ops ops, Value x, int n) {
        int bins = n / 2 + 1;
        return List.of(product(ops, x, n, bins, n, true, row -> 1), product(ops, x, n, bins, n, false, row -> 1));
    }

    /** Every bin but the first, and the last of an even length, stands for its mirror image too. */
    private static Definition.Function toReal(Config config) {
        int wanted = config.integer("fft_length", 0);
        return call -> {
            Ops ops = call.ops();
            List<Value> parts = parts(call);
            int given = length(call, parts.get(0));
            return toReal(ops, parts, given, wanted > 0 ? wanted : 2 * (given - 1));
        };
    }

    /** Numbers {@code [..., n]} of the real and the imaginary parts of some bins. */
    static Value toReal(Ops ops, List<Value> parts, int given, int n) {
        int bins = n / 2 + 1;
        Value real = fitted(ops, parts.get(0), given, bins);
        Value imaginary = fitted(ops, parts.get(1), given, bins);
        IntToDoubleFunction weight = bin -> (bin == 0 || 2 * bin == n ? 1.0 : 2.0) / n;
        Value even = product(ops, real, bins, n, n, true, weight);
        return ops.add(even, product(ops, imaginary, bins, n, n, false, weight));
    }

    /** The last axis cut, or with zeros behind. */
    private static Value fitted(Ops ops, Value x, int length, int wanted) {
        if (wanted <= length) {
            return wanted == length ? x : ops.slice(x, x.shape().rank() - 1, 0, wanted);
        }
        long[] after = new long[x.shape().rank()];
        after[after.length - 1] = (long) wanted - length;
        return ops.pad(x, new long[after.length], after);
    }
}
