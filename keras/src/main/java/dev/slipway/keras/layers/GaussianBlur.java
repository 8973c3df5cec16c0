package dev.slipway.keras.layers;

import dev.slipway.graph.Constant;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;

/**
 * The mean of each place and those around it, weighted by {@code exp(-distance² / (2 · sigma²))} along rows and along columns;
 * around the images lie zeros.
 *
 * <p>Source: {@code keras.ops.image.gaussian_blur}.
 */
final class GaussianBlur {
    private GaussianBlur() {}

    /**
     * Blurs.
     *
     * @param ops the operators
     * @param images {@code [batch, rows, columns, channels]}
     * @param size their size
     * @param alongRows the weights of {@link #weights} for places above and below, {@code [1, 1, 1, length]}
     * @param alongColumns the weights for places to the left and to the right, of such a shape
     * @return tensor of the images' shape
     */
    static Value apply(Ops ops, Value images, ImageSize size, Value alongRows, Value alongColumns) {
        Value column = ops.reshape(alongRows, Shape.of(1, 1, alongRows.shape().size(3), 1));
        return ChannelFilter.apply(ops, ChannelFilter.apply(ops, images, size, column), size, alongColumns);
    }

    /**
     * The weights of places, whose sum is one.
     *
     * @param sigma the deviation, above 0, {@code [1, 1, 1, 1]}
     * @param length an odd number
     * @return {@code [1, 1, 1, length]}
     */
    static Value weights(Ops ops, Value sigma, int length) {
        return shares(ops, unscaled(ops, sigma, distances(ops, sigma, length)));
    }

    /**
     * The weights of places whose number depends on the deviation: {@code 6 · sigma}, cut to a whole number and made odd.
     *
     * @param sigma the deviation, above 0, {@code [1, 1, 1, 1]}
     * @param length how many there are at most
     * @return {@code [1, 1, 1, length]}, zeros outside
     */
    static Value weightsWithinReach(Ops ops, Value sigma, int length) {
        Value distances = distances(ops, sigma, length);
        Value reach = ops.mul(sigma, ops.like(sigma, 3));
        Value weights = unscaled(ops, sigma, distances);
        Value isInReach = ops.lessOrEqual(ops.abs(distances), reach);
        return shares(ops, ops.where(isInReach, weights, ops.like(weights, 0)));
    }

    private static Value distances(Ops ops, Value like, int length) {
        float[] distances = new float[length];
        for (int i = 0; i < length; i++) {
            distances[i] = i - length / 2;
        }
        return ops.cast(ops.constant(Constant.of(Shape.of(1, 1, 1, length), distances)), like.type());
    }

    private static Value unscaled(Ops ops, Value sigma, Value distances) {
        Value parts = ops.div(distances, sigma);
        return ops.exp(ops.mul(ops.mul(parts, parts), ops.like(parts, -0.5)));
    }

    private static Value shares(Ops ops, Value weights) {
        return ops.div(weights, ops.reduceSum(weights, true, 3));
    }
}
