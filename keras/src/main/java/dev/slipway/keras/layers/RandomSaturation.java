package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * Multiplies the saturation of each image by {@code factor / (1 - factor + 1e-7)}: 0 makes it grey, 0.5 leaves it. One factor
 * {@code f} is a range from {@code -f} to {@code f}. As in Keras, the saturation is cut at the bounds of {@code value_range}, which
 * are those of images, so that colours may leave that range where it is more than 0 to 1.
 *
 * <p>Source: {@code keras.layers.RandomSaturation}.
 */
record RandomSaturation(Range factor, Range values) implements Augmentation {
    private static final double EPSILON = 1e-7;

    static RandomSaturation read(Config config) {
        return read(config, "factor");
    }

    static RandomSaturation read(Config config, String key) {
        return new RandomSaturation(Range.read(config, key, -1), Augmentation.valueRange(config));
    }

    @Override
    public Value apply(LayerCall call, Value images, ImageSize size) {
        Ops ops = call.ops();
        Value drawn = factor.draw(call, images);
        Value rest = ops.add(ops.sub(ops.like(drawn, 1), drawn), ops.like(drawn, EPSILON));
        List<Value> colours = Augmentation.channels(call, images);
        List<Value> parts = HueAndSaturation.of(ops, colours.get(0), colours.get(1), colours.get(2));
        Value saturation = ops.clip(ops.mul(parts.get(1), ops.div(drawn, rest)), values.low(), values.high());
        return ops.concat(HueAndSaturation.toRedGreenBlue(ops, parts.get(0), saturation, parts.get(2)), 3);
    }
}
