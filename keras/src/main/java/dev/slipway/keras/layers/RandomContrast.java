package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * Changes the contrast of images: {@code clip((x - mean) · factor + mean, low, high)}, with the mean of each channel of each
 * image, one factor from {@code 1 - lower} to {@code 1 + upper} for each image, and the bounds of {@code value_range}, 0 and
 * 255 by default.
 *
 * <p>Source: {@code keras.layers.RandomContrast}.
 */
record RandomContrast(Range factor, Range values) implements Augmentation {
    static RandomContrast read(Config config) {
        return read(config, "factor");
    }

    static RandomContrast read(Config config, String key) {
        Range factor = Range.read(config, key, 0);
        return new RandomContrast(new Range(1 - factor.low(), 1 + factor.high()), Augmentation.valueRange(config));
    }

    @Override
    public Value apply(LayerCall call, Value images, ImageSize size) {
        Ops ops = call.ops();
        Value mean = ops.reduceMean(images, true, 1, 2);
        Value changed = ops.add(ops.mul(ops.sub(images, mean), factor.draw(call, images)), mean);
        return ops.clip(changed, values.low(), values.high());
    }
}
