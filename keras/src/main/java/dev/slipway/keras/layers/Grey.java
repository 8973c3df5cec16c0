package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * How bright colours are, {@code 0.2989 · red + 0.587 · green + 0.114 · blue}, and what makes images grey by it.
 *
 * <p>Source: {@code keras.layers.RandomGrayscale}, {@code RandomColorDegeneration} and {@code
 * keras.ops.image.rgb_to_grayscale}.
 */
final class Grey {
    private static final double[] SHARES = {0.2989, 0.587, 0.114};

    private Grey() {}

    /** Makes images grey, each with the probability {@code factor}; they keep three channels. */
    static Augmentation sometimes(Config config) {
        double factor = config.number("factor", 0.5);
        if (!(factor >= 0 && factor <= 1)) {
            throw config.refused("factor", Double.toString(factor), "0 to 1");
        }
        Augmentation.Range chance = new Augmentation.Range(factor, factor);
        return (call, images, size) -> {
            Value grey = of(call, images);
            return call.ops().where(chance.drawWhether(call, images), grey, images);
        };
    }

    /** {@code clip(x + factor · (grey - x), low, high)}; one factor {@code f} is a range from {@code -f} to {@code f}. */
    static Augmentation partly(Config config) {
        Augmentation.Range factor = Augmentation.Range.read(config, "factor", -1);
        Augmentation.Range values = Augmentation.valueRange(config);
        return (call, images, size) -> {
            Ops ops = call.ops();
            Value drawn = factor.draw(call, images);
            Value changed = ops.add(images, ops.mul(drawn, ops.sub(of(call, images), images)));
            return ops.clip(changed, values.low(), values.high());
        };
    }

    private static Value of(LayerCall call, Value images) {
        Ops ops = call.ops();
        List<Value> channels = Augmentation.channels(call, images);
        Value sum = ops.mul(channels.get(0), ops.like(images, SHARES[0]));
        for (int i = 1; i < SHARES.length; i++) {
            sum = ops.add(sum, ops.mul(channels.get(i), ops.like(images, SHARES[i])));
        }
        return sum;
    }
}
