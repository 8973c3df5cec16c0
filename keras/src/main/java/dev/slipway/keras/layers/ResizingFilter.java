package dev.slipway.keras.layers;

import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import java.util.List;

/**
 * How much each element of an axis gives to each of the resized axis, where the engine's operator cannot be told: a matrix gives
 * the rows and another one the columns.
 *
 * <p>Elements lie at {@code i + 0.5}. Beyond an edge lies nothing, and the shares of an element add up to 1. They are computed in
 * single precision, as TensorFlow does.
 *
 * <p>Source: TensorFlow 2.21, the kernels of {@code ScaleAndTranslate}, {@code ResizeBicubic} with {@code half_pixel_centers} and
 * {@code ResizeArea}.
 */
enum ResizingFilter {
    LANCZOS3(3),
    LANCZOS5(5),
    GAUSSIAN(1.5f),
    MITCHELL_CUBIC(2),
    /** R. Keys's cubic with {@code a = -0.5}, whose distances TensorFlow rounds to 1024ths. */
    CUBIC(2) {
        @Override
        void fill(float[] shares, int from, float place, float width) {
            float before = place - 0.5f;
            int first = (int) Math.floor(before);
            double rest = Math.rint((before - first) * PARTS) / PARTS;
            for (int i = Math.max(0, first - 1); i <= Math.min(from - 1, first + 2); i++) {
                shares[i] = share(Math.abs(i - first - rest));
            }
        }
    },
    /** The mean of what a place covers. */
    AREA(0.5f) {
        @Override
        void fill(float[] shares, int from, float place, float scale) {
            float start = place - scale / 2;
            float end = place + scale / 2;
            for (int i = (int) Math.floor(start); i < Math.ceil(end); i++) {
                shares[Math.min(from - 1, i)] += Math.min(end, i + 1) - Math.max(start, i);
            }
        }
    };

    private static final double PARTS = 1024;

    /** A matrix above this is out of proportion, and would grow with a number in a hostile file. */
    static final long MAX_SHARES = 1L << 24;

    private final float radius;

    ResizingFilter(float radius) {
        this.radius = radius;
    }

    /** Whether images have known sizes, so that there are matrices, and these are small enough. */
    static boolean knows(Shape images, List<Long> lengths) {
        return images.slice(2, 4).isKnown() && isSmall(images, lengths, 2) && isSmall(images, lengths, 3);
    }

    private static boolean isSmall(Shape images, List<Long> lengths, int axis) {
        return images.size(axis) <= MAX_SHARES / lengths.get(axis - 2);
    }

    /**
     * Resizes images.
     *
     * @param x {@code [batch, channels, rows, columns]}
     * @param lengths how many rows and columns there shall be
     * @param antialias whether a place covers as many more elements as an axis becomes shorter
     * @return {@code [batch, channels, height, width]}
     */
    Value resize(Ops ops, Value x, List<Long> lengths, boolean antialias) {
        Value rows = ops.constant(matrix(x, 2, lengths.get(0), antialias));
        Value columns = ops.constant(matrix(x, 3, lengths.get(1), antialias));
        return ops.matMul(ops.matMul(rows, x), ops.transposeLast(columns));
    }

    /** The share of each element of the old axis in each of the new one: {@code [length, old]}. */
    private Constant matrix(Value x, int axis, long length, boolean antialias) {
        int from = Math.toIntExact(x.shape().size(axis));
        int to = Math.toIntExact(length);
        double[] all = new double[from * to];
        float scale = (float) from / to;
        float width = antialias || this == AREA ? Math.max(scale, this == AREA ? 0 : 1) : 1;
        for (int i = 0; i < to; i++) {
            float[] shares = new float[from];
            fill(shares, from, (i + 0.5f) * scale, width);
            float sum = 0;
            for (float share : shares) {
                sum += share;
            }
            for (int j = 0; j < from; j++) {
                all[i * from + j] = shares[j] / sum;
            }
        }
        DataType type = x.type();
        return Constant.of(type, Shape.of(to, from), all);
    }

    /**
     * Gives each element its share in one place, of any sum.
     *
     * @param place where it lies
     * @param width how many elements it covers
     */
    void fill(float[] shares, int from, float place, float width) {
        int first = (int) Math.ceil(place - radius * width - 0.5f);
        int last = (int) Math.floor(place + radius * width - 0.5f);
        for (int i = Math.max(0, first); i <= Math.min(from - 1, last); i++) {
            shares[i] = share(Math.abs((i + 0.5f - place) / width));
        }
    }

    /** The share at a distance. */
    final float share(double distance) {
        double found = switch (this) {
            case LANCZOS3 -> lanczos(distance, 3);
            case LANCZOS5 -> lanczos(distance, 5);
            case GAUSSIAN -> distance >= 1.5 ? 0 : Math.exp(-2 * distance * distance);
            case MITCHELL_CUBIC -> mitchell(distance);
            case CUBIC -> keys(distance);
            case AREA -> 1;
        };
        return (float) found;
    }

    private static double lanczos(double x, double radius) {
        if (x > radius) {
            return 0;
        }
        double angle = Math.PI * x;
        return x <= 1e-3 ? 1 : radius * Math.sin(angle) * Math.sin(angle / radius) / (angle * angle);
    }

    private static double keys(double x) {
        if (x >= 2) {
            return 0;
        }
        return x >= 1 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : (1.5 * x - 2.5) * x * x + 1;
    }

    private static double mitchell(double x) {
        if (x >= 2) {
            return 0;
        }
        return x >= 1 ? ((-7 / 18.0 * x + 2) * x - 10 / 3.0) * x + 16 / 9.0 : (7 / 6.0 * x - 2) * x * x + 8 / 9.0;
    }
}
