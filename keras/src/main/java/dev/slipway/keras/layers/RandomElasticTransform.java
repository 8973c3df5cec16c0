package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * Reads images at places that are moved by smooth noise, each image with a probability that is drawn for it. One number is drawn from
 * {@code scale} for all images: the noise is normal, of deviation {@code sigma = 0.05 · scale · shorter side}, blurred with the same
 * deviation ({@link GaussianBlur}), and moves places by {@code 0.1 · scale · longer side} times as much. The result is cut at the
 * bounds of {@code value_range}, moved or not.
 *
 * <p>Rows and columns are moved by noise of their own, as they are by Keras but on JAX, where both are moved alike.
 * The bell is as wide as on numpy, JAX and PyTorch; TensorFlow cuts the deviation to a whole number first.
 *
 * <p>Source: {@code keras.layers.RandomElasticTransform}, {@code keras.ops.image.elastic_transform}.
 */
record RandomElasticTransform(Range chance, Range scale, Range values, Resampling resampling) implements Augmentation {
    private static final double FARTHEST = 0.1;
    private static final double SMOOTHEST = 0.05;
    private static final double LEAST_SIGMA = 1e-6;

    static RandomElasticTransform read(Config config) {
        Range scale = Range.find(config, "scale", 0).orElse(Range.UNIT);
        if (!(scale.low() >= 0 && scale.high() <= 1)) {
            throw config.refused("scale", scale.low() + " to " + scale.high(), "0 to 1");
        }
        return new RandomElasticTransform(
                Range.find(config, "factor", 0).orElse(Range.UNIT),
                scale,
                Augmentation.valueRange(config),
                Resampling.withMirror(config));
    }

    @Override
    public Value apply(LayerCall call, Value images, ImageSize size) {
        if (scale.high() == 0 || chance.high() == 0) {
            return images;
        }
        Ops ops = call.ops();
        Value isMoved = chance.drawWhether(call, images);
        Value drawn = scale.drawOnce(call, images);
        double shorter = Math.min(size.height(), size.width());
        Value sigma = ops.mul(drawn, ops.like(drawn, SMOOTHEST * shorter));
        // A little more, as the weights are told in single precision whether they are within reach.
        int reach = (int) (3 * SMOOTHEST * shorter * scale.high() + LEAST_SIGMA);
        Value weights =
                GaussianBlur.weightsWithinReach(ops, ops.max(sigma, ops.like(sigma, LEAST_SIGMA)), 2 * reach + 1);
        Value farthest = ops.mul(drawn, ops.like(drawn, FARTHEST * Math.max(size.height(), size.width())));
        Value strength = ops.mul(farthest, sigma);
        Value x = ops.add(size.columnNumbers(ops, images), ops.mul(noise(call, images, size, weights), strength));
        Value y = ops.add(size.rowNumbers(ops, images), ops.mul(noise(call, images, size, weights), strength));
        Value moved = resampling.read(ops, images, size, y, x);
        return ops.clip(ops.where(isMoved, moved, images), values.low(), values.high());
    }

    private static Value noise(LayerCall call, Value images, ImageSize size, Value weights) {
        Ops ops = call.ops();
        Value normal = RandomLayer.normal(call, ops.slice(images, 3, 0, 1));
        return GaussianBlur.apply(ops, normal, size, weights, weights);
    }
}
