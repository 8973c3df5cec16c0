package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * Puts a rectangle of another image of the same batch into each image, at the same place. It takes {@code sqrt(1 - w)} of height
 * and width, with one {@code w} for each image, of the beta distribution with twice the same parameter, which is drawn from
 * {@code factor} for all images.
 *
 * <p>A layer of a model is given images, and no labels: those stay as they are, in Keras too, where labels are mixed only if a program
 * calls the layer with both.
 *
 * <p>Source: {@code keras.layers.CutMix}.
 */
record CutMix(Range factor) implements Augmentation {
    private static final double LEAST_ALPHA = 1e-6;

    static CutMix read(Config config) {
        return new CutMix(Range.find(config, "factor", 0).orElse(Range.UNIT));
    }

    @Override
    public Value apply(LayerCall call, Value images, ImageSize size) {
        Ops ops = call.ops();
        Value alpha = ops.add(factor.drawOnce(call, images), ops.like(images, LEAST_ALPHA));
        Value kept = GammaNoise.beta(call, images, alpha);
        Value side = ops.sqrt(ops.sub(ops.like(kept, 1), kept));
        Value isOther = RandomRectangle.holds(call, images, size, side, side);
        return ops.where(isOther, BatchOrder.shuffled(call, images), images);
    }
}
