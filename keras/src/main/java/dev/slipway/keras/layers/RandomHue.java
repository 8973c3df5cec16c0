package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * Turns the hue of each image by up to half of the circle: {@code ± factor / 2}, to either side with the same chance. What lies
 * outside of {@code value_range} is cut.
 *
 * <p>Source: {@code keras.layers.RandomHue}.
 */
record RandomHue(Range factor, Range values) implements Augmentation {
    static RandomHue read(Config config) {
        return read(config, "factor");
    }

    static RandomHue read(Config config, String key) {
        return new RandomHue(Range.read(config, key, 0), Augmentation.valueRange(config));
    }

    @Override
    public Value apply(LayerCall call, Value images, ImageSize size) {
        Ops ops = call.ops();
        Value turn = ops.mul(factor.drawSigned(call, images), ops.like(images, 0.5));
        Value low = ops.like(images, values.low());
        Value extent = ops.like(images, values.high() - values.low());
        List<Value> colours = Augmentation.channels(call, ops.div(ops.sub(images, low), extent));
        List<Value> parts = HueAndSaturation.of(ops, colours.get(0), colours.get(1), colours.get(2));
        Value hue = onCircle(ops, ops.add(parts.get(0), turn));
        List<Value> changed = HueAndSaturation.toRedGreenBlue(ops, hue, parts.get(1), parts.get(2));
        return ops.add(ops.mul(ops.clip(ops.concat(changed, 3), 0, 1), extent), low);
    }

    private static Value onCircle(Ops ops, Value hue) {
        Value one = ops.like(hue, 1);
        Value below = ops.where(ops.greater(hue, one), ops.sub(hue, one), hue);
        return ops.where(ops.less(below, ops.like(hue, 0)), ops.add(below, one), below);
    }
}
