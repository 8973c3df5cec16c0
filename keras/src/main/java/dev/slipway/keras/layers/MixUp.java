package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * Mixes each image with one of the same batch, {@code w · x + (1 - w) · other}, with one {@code w} for each image, of the beta
 * distribution with {@code alpha} and {@code alpha}.
 *
 * <p>A layer of a model is given images, and no labels: those stay as they are, in Keras too, where labels are mixed only if a program
 * calls the layer with both.
 *
 * <p>Source: {@code keras.layers.MixUp}.
 */
record MixUp(double alpha) implements Augmentation {
    static MixUp read(Config config) {
        return new MixUp(config.number("alpha", 0.2));
    }

    /** Refuses a parameter that the beta distribution does not have. */
    static void requireAboveZero(double alpha) {
        if (!(alpha > 0)) {
            throw new IllegalArgumentException("alpha " + alpha + " (expected: above 0 in training)");
        }
    }

    @Override
    public Value apply(LayerCall call, Value images, ImageSize size) {
        requireAboveZero(alpha);
        Ops ops = call.ops();
        Value drawn = Augmentation.number(ops, images, alpha);
        Value weight = GammaNoise.beta(call, images, drawn);
        Value other = BatchOrder.shuffled(call, images);
        return ops.add(ops.mul(weight, images), ops.mul(ops.sub(ops.like(weight, 1), weight), other));
    }
}
