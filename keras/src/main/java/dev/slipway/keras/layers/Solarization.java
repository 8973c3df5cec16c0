package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * Inverts what is not below a threshold: with images in the range from 0 to 255, {@code y = clip(x + addition, 0, 255)} and then
 * {@code y < threshold ? y : 255 - y}, both numbers being drawn for each image from {@code low} to {@code 255 · high}, as Keras
 * does.
 *
 * <p>Source: {@code keras.layers.Solarization}.
 */
record Solarization(Range addition, Range threshold, Range values) implements Augmentation {
    private static final double WHITE = 255;

    static Solarization read(Config config) {
        return new Solarization(
                scaled(config, "addition_factor"), scaled(config, "threshold_factor"), Augmentation.valueRange(config));
    }

    /** Keras scales the upper bound only. */
    private static Range scaled(Config config, String key) {
        Range factor = Range.find(config, key, 0).orElse(new Range(0, 0));
        return new Range(factor.low(), factor.high() * WHITE);
    }

    @Override
    public Value apply(LayerCall call, Value images, ImageSize size) {
        Ops ops = call.ops();
        Value added = addition.draw(call, images);
        Value least = threshold.draw(call, images);
        double scale = WHITE / (values.high() - values.low());
        Value x = ops.mul(ops.sub(images, ops.like(images, values.low())), ops.like(images, scale));
        Value raised = ops.clip(ops.add(x, added), 0, WHITE);
        Value changed = ops.where(ops.less(raised, least), raised, ops.sub(ops.like(images, WHITE), raised));
        return ops.add(ops.mul(changed, ops.like(images, 1 / scale)), ops.like(images, values.low()));
    }
}
