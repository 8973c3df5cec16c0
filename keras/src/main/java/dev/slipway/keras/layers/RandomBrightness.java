package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * Makes images brighter or darker: {@code clip(x + factor · (high - low), low, high)}, with one factor for each image and the
 * bounds of {@code value_range}, 0 and 255 by default.
 *
 * <p>Source: {@code keras.layers.RandomBrightness}.
 */
record RandomBrightness(Range factor, Range values) implements Augmentation {
    static RandomBrightness read(Config config) {
        return read(config, "factor");
    }

    static RandomBrightness read(Config config, String key) {
        return new RandomBrightness(Range.read(config, key, -1), Augmentation.valueRange(config));
    }

    @Override
    public Value apply(LayerCall call, Value images, ImageSize size) {
        Ops ops = call.ops();
        Value drawn = factor.draw(call, images);
        Value delta = ops.mul(drawn, ops.like(drawn, values.high() - values.low()));
        return ops.clip(ops.add(images, delta), values.low(), values.high());
    }
}
