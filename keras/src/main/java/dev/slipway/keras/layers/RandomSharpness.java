package dev.slipway.keras.layers;

import dev.slipway.graph.Constant;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * Makes images smoother or sharper: {@code clip(x + (1 - 2 · factor) · (smooth - x), low, high)}, with one factor for each image, the
 * bounds of {@code value_range}, and as {@code smooth} the mean of each place, five times, and the eight around it; around the
 * images lie zeros. A factor of 0 smooths, 0.5 changes nothing, 1 sharpens; one factor {@code f} is a range from 0 to {@code f}.
 *
 * <p>Source: {@code keras.layers.RandomSharpness}.
 */
record RandomSharpness(Range factor, Range values) implements Augmentation {
    private static final float AROUND = 1 / 13f;
    private static final float HERE = 5 / 13f;

    static RandomSharpness read(Config config) {
        return new RandomSharpness(Range.read(config, "factor", 0), Augmentation.valueRange(config));
    }

    @Override
    public Value apply(LayerCall call, Value images, ImageSize size) {
        Ops ops = call.ops();
        Value drawn = factor.draw(call, images);
        Value share = ops.sub(ops.like(drawn, 1), ops.mul(drawn, ops.like(drawn, 2)));
        Value smooth = ChannelFilter.apply(ops, images, size, ops.cast(ops.constant(kernel()), images.type()));
        Value changed = ops.add(images, ops.mul(share, ops.sub(smooth, images)));
        return ops.clip(changed, values.low(), values.high());
    }

    private static Constant kernel() {
        return Constant.of(Shape.of(1, 1, 3, 3), AROUND, AROUND, AROUND, AROUND, HERE, AROUND, AROUND, AROUND, AROUND);
    }
}
