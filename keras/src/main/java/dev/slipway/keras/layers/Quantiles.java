package dev.slipway.keras.layers;

import java.util.Arrays;

/**
 * Boundaries between bins of about equal weight: a summary of the sorted numbers, then points between its entries where the
 * share of the weight is reached. In the precision in which Keras computes each step.
 *
 * <p>Source: {@code summarize}, {@code compress_summary} and {@code get_bin_boundaries} of {@code
 * keras.src.layers.preprocessing.discretization} of Keras 3.15. Keras 3.9 takes of
 * more than a hundred numbers those one place behind.
 */
final class Quantiles {
    private final float[] values;
    private final float[] weights;

    private Quantiles(float[] values, float[] weights) {
        this.values = values;
        this.weights = weights;
    }

    static double[] boundaries(float[] data, int bins, double epsilon) {
        for (float number : data) {
            if (Float.isNaN(number)) {
                throw new IllegalArgumentException("adapt: NaN (expected: numbers)");
            }
        }
        if (data.length == 0 || bins < 2) {
            throw new IllegalArgumentException(
                    "adapt: " + data.length + " numbers to " + bins + " bins (expected: one or more, to two or more)");
        }
        Quantiles bounds = summary(data, epsilon).compressed(epsilon).compressed(1.0 / bins);
        double[] boundaries = new double[bounds.values.length - 1];
        Arrays.setAll(boundaries, i -> bounds.values[i]);
        return boundaries;
    }

    /** Numbers at equal distances in the sorted data, or all if there are few. */
    private static Quantiles summary(float[] data, double epsilon) {
        float[] sorted = data.clone();
        Arrays.sort(sorted);
        double increment = sorted.length / (1.0 / epsilon);
        double step = Math.max(increment, 1);
        int start = (int) (step - 1);
        int count = (sorted.length - start + (int) step - 1) / (int) step;
        float[] values = new float[count];
        float[] weights = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = sorted[start + i * (int) step];
            weights[i] = (float) step;
        }
        return new Quantiles(values, weights);
    }

    private Quantiles compressed(double epsilon) {
        if (values.length * epsilon < 1) {
            return this;
        }
        float[] sums = weights.clone();
        for (int i = 1; i < sums.length; i++) {
            sums[i] += sums[i - 1];
        }
        float[] shares = new float[sums.length];
        for (int i = 0; i < sums.length; i++) {
            shares[i] = sums[i] / sums[sums.length - 1];
        }
        int count = (int) Math.ceil(1.0 / epsilon);
        float[] newValues = new float[count];
        float[] newWeights = new float[count];
        double before = 0;
        for (int i = 0; i < count; i++) {
            double share = epsilon + i * epsilon;
            newValues[i] = (float) interpolated(share, shares, values);
            double sum = interpolated(share, shares, sums);
            newWeights[i] = (float) (sum - before);
            before = sum;
        }
        return new Quantiles(newValues, newWeights);
    }

    /** The value at x of the straight lines through some points, and beyond them that of the nearest. */
    private static double interpolated(double x, float[] xs, float[] ys) {
        if (x >= xs[xs.length - 1]) {
            return ys[ys.length - 1];
        }
        if (x < xs[0]) {
            return ys[0];
        }
        int at = 0;
        while (xs[at + 1] <= x) {
            at++;
        }
        double slope = ((double) ys[at + 1] - ys[at]) / ((double) xs[at + 1] - xs[at]);
        return slope * (x - xs[at]) + ys[at];
    }
}
