package dev.slipway.graph;

import java.util.stream.IntStream;

/**
 * Axes resized in double precision, for which the engine has no kernels: the nearest elements are gathered, any other
 * interpolation is a product with a matrix for each axis.
 *
 * <p>Source: ONNX operator Resize, opset 18.
 */
final class DoubleResize {
    private final Ops ops;
    private final Interpolation interpolation;

    DoubleResize(Ops ops, Interpolation interpolation) {
        this.ops = ops;
        this.interpolation = interpolation;
    }

    /** An axis as long as is said. */
    Value toLength(Value x, int axis, long length) {
        Dimension old = x.shape().dimension(axis);
        if (!old.isKnown()) {
            throw new NoKernelException("Resize", DataType.DOUBLE);
        }
        if (old.is(length)) {
            return x;
        }
        int from = Math.toIntExact(old.size());
        int to = Math.toIntExact(length);
        if (interpolation.isNearest()) {
            double half = interpolation == Interpolation.NEAREST ? 0.5 : 0;
            long[] places = IntStream.range(0, to)
                    .mapToLong(i -> Math.min(from - 1, (long) Math.floor(interpolation.place(i, from, to) + half)))
                    .toArray();
            return ops.gather(x, ops.constant(places), axis);
        }
        return product(x, axis, matrix(from, to));
    }

    /** An axis so many times as long, whatever its length is where the nearest elements are taken. */
    Value byFactor(Value x, int axis, long factor) {
        Dimension old = x.shape().dimension(axis);
        if (old.isKnown()) {
            return toLength(x, axis, Math.multiplyExact(old.size(), factor));
        }
        if (factor == 1) {
            return x;
        }
        if (!interpolation.isNearest()) {
            throw new NoKernelException("Resize", DataType.DOUBLE);
        }
        Value count = ops.mul(ops.length(x, axis), ops.constant(DataType.INT64, (double) factor));
        Dimension length = ops.times("resize", old, factor);
        Value all = ops.range(ops.constant(DataType.INT64, 0.0), count, length);
        return ops.gather(x, ops.div(all, ops.constant(DataType.INT64, (double) factor)), axis);
    }

    /** What each element of the old axis, a row, gives to each of the new one. */
    private Constant matrix(int from, int to) {
        double[] shares = new double[Math.multiplyExact(from, to)];
        boolean isCubic = interpolation.isCubic();
        double width = interpolation.isAntialiased() ? Math.max(1, (double) from / to) : 1;
        for (int i = 0; i < to; i++) {
            double centre = interpolation.place(i, from, to);
            double reach = (isCubic ? 2 : 1) * width;
            int first = (int) Math.floor(centre - reach);
            int last = (int) Math.ceil(centre + reach);
            double sum = 0;
            for (int j = first; j <= last; j++) {
                boolean isInside = j >= 0 && j < from;
                double share = isCubic
                        ? cubic((j - centre) / width, interpolation.cubicCoefficient())
                        : Math.max(0, 1 - Math.abs((j - centre) / width));
                if (isInside || !interpolation.excludesOutside()) {
                    shares[Math.max(0, Math.min(from - 1, j)) * to + i] += share;
                    sum += share;
                }
            }
            for (int j = 0; j < from; j++) {
                shares[j * to + i] /= sum;
            }
        }
        return Constant.of(DataType.DOUBLE, Shape.of(from, to), shares);
    }

    /** R. Keys's cubic. */
    private static double cubic(double distance, double a) {
        double x = Math.abs(distance);
        if (x >= 2) {
            return 0;
        }
        return x <= 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
    }

    private Value product(Value x, int axis, Constant matrix) {
        int last = x.shape().rank() - 1;
        int[] swapped = IntStream.range(0, last + 1)
                .map(i -> i == axis ? last : i == last ? axis : i)
                .toArray();
        return ops.transpose(ops.matMul(ops.transpose(x, swapped), ops.constant(matrix)), swapped);
    }
}
