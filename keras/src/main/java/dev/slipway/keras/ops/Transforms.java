package dev.slipway.keras.ops;

import dev.slipway.graph.Constant;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;

/**
 * Fourier transforms along the last axis, as products with matrices: of real numbers, or of a pair of real and imaginary
 * parts, which gives such a pair.
 *
 * <p>Source: {@code keras.ops.math}: {@code fft}, {@code rfft}, {@code irfft}.
 */
final class Transforms {
    private Transforms() {}

    static void addTo(Definitions all) {
        all.from("math");
        all.add("FFT", new Definition(Definitions.X, config -> Transforms::complex));
        all.add("RFFT", new Definition(Definitions.X, Transforms::ofReal));
        all.add("IRFFT", Definition.configured(Definitions.X, Transforms::toReal));
    }

    /** {@code factor · cos} or {@code sin} of {@code 2π · row · column / length}. */
    private interface Wave {
        double at(double angle, int row, int column);
    }

    private static Value product(Ops ops, Value x, int rows, int columns, int length, Wave wave) {
        double[] numbers = new double[Math.multiplyExact(rows, columns)];
        for (int i = 0; i < numbers.length; i++) {
            int row = i / columns;
            int column = i % columns;
            // The product modulo the length keeps the angle small, and so the waves exact.
            long turns = (long) row * column % length;
            numbers[i] = wave.at(2 * Math.PI * turns / length, row, column);
        }
        return ops.matMul(x, ops.constant(Constant.of(x.type(), Shape.of(rows, columns), numbers)));
    }

    private static int length(OperationCall call, Value x) {
        Dimension length = x.shape().dimension(-1);
        if (!length.isKnown() || length.size() > Short.MAX_VALUE) {
            throw call.refused("x", x.shape() + "", "a known last axis of at most " + Short.MAX_VALUE);
        }
        return Math.toIntExact(length.size());
    }

    private static List<Value> complex(OperationCall call) {
        Ops ops = call.ops();
        List<Value> parts = call.list("x").stream()
                .map(part -> Promotion.floating(ops, part))
                .toList();
        if (parts.size() != 2) {
            throw call.refused("x", parts.size() + " tensors", "the real and the imaginary part");
        }
        int n = length(call, parts.get(0));
        List<Value> products = new ArrayList<>();
        for (Value part : parts) {
            products.add(product(ops, part, n, n, n, (angle, row, column) -> Math.cos(angle)));
            products.add(product(ops, part, n, n, n, (angle, row, column) -> Math.sin(angle)));
        }
        return List.of(ops.add(products.get(0), products.get(3)), ops.sub(products.get(2), products.get(1)));
    }

    private static Definition.Body ofReal(Config config) {
        int wanted = config.integer("fft_length", 0);
        return call -> {
            Ops ops = call.ops();
            Value x = call.floating("x");
            int n = wanted > 0 ? wanted : length(call, x);
            Value fitted = fitted(ops, x, length(call, x), n);
            int bins = n / 2 + 1;
            return List.of(
                    product(ops, fitted, n, bins, n, (angle, row, column) -> Math.cos(angle)),
                    product(ops, fitted, n, bins, n, (angle, row, column) -> -Math.sin(angle)));
        };
    }

    /** Every bin but the first, and the last of an even length, stands for its mirror image too. */
    private static Definition.Function toReal(Config config) {
        int wanted = config.integer("fft_length", 0);
        return call -> {
            Ops ops = call.ops();
            List<Value> parts = call.list("x");
            if (parts.size() != 2) {
                throw call.refused("x", parts.size() + " tensors", "the real and the imaginary part");
            }
            int given = length(call, parts.get(0));
            int n = wanted > 0 ? wanted : 2 * (given - 1);
            int bins = n / 2 + 1;
            Value real = fitted(ops, Promotion.floating(ops, parts.get(0)), given, bins);
            Value imaginary = fitted(ops, Promotion.floating(ops, parts.get(1)), given, bins);
            Value even = product(ops, real, bins, n, n, (angle, row, column) -> Math.cos(angle) * weight(row, n) / n);
            Value odd =
                    product(ops, imaginary, bins, n, n, (angle, row, column) -> Math.sin(angle) * weight(row, n) / n);
            return ops.sub(even, odd);
        };
    }

    private static int weight(int bin, int length) {
        return bin == 0 || 2 * bin == length ? 1 : 2;
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
