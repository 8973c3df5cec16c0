package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * Inverts images, {@code high - x} with the upper bound of {@code value_range}, each with a probability that is drawn for it.
 *
 * <p>Source: {@code keras.layers.RandomInvert}.
 */
record RandomInvert(Range chance, Range values) implements Augmentation {
    static RandomInvert read(Config config) {
        return new RandomInvert(Range.find(config, "factor", 0).orElse(Range.UNIT), Augmentation.valueRange(config));
    }

    @Override
    public Value apply(LayerCall call, Value images, ImageSize size) {
        Ops ops = call.ops();
        Value inverted = ops.sub(ops.like(images, values.high()), images);
        return ops.where(chance.drawWhether(call, images), inverted, images);
    }
}
