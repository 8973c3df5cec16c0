package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * Looks at images from the side, at each with a probability that is drawn for it: a corner at {@code (x, y)} of the image is seen at
 * {@code (x · (1 + a), y · (1 + b))}, with two numbers drawn for each corner from half of {@code -scale} to half of {@code scale}, so
 * that the first corner stays. Outside of the image lies {@code fill_value}.
 *
 * <p>With columns and rows as parts of the whole, from 0 to 1, what is seen at {@code (u, v)} is read at {@code (p · u, q · v) / (g · u
 * + h · v + 1)}: the only such function that keeps the corner {@code (0, 0)} and gives {@code (1, 0)}, {@code (0, 1)} and {@code
 * (1, 1)} where these are seen, at {@code (right, 0)}, {@code (0, bottom)} and {@code (farRight, farBottom)}. There
 * {@code h = (farRight / right - 1) / farBottom}, {@code g = (farBottom / bottom - 1) / farRight}, {@code p = g + 1 / right} and
 * {@code q = h + 1 / bottom}.
 *
 * <p>Source: {@code keras.layers.RandomPerspective}, {@code keras.ops.image.perspective_transform}.
 */
record RandomPerspective(Range chance, Range shift, Resampling resampling) implements Augmentation {
    static RandomPerspective read(Config config) {
        double scale = config.number("scale", 1);
        if (!(scale >= 0 && scale <= 1)) {
            throw config.refused("scale", Double.toString(scale), "0 to 1");
        }
        return new RandomPerspective(
                Range.find(config, "factor", 0).orElse(Range.UNIT),
                new Range(1 - scale / 2, 1 + scale / 2),
                Resampling.withConstant(config));
    }

    @Override
    public Value apply(LayerCall call, Value images, ImageSize size) {
        Ops ops = call.ops();
        Value isChanged = chance.drawWhether(call, images);
        Value right = shift.draw(call, images);
        Value bottom = shift.draw(call, images);
        Value farRight = shift.draw(call, images);
        Value farBottom = shift.draw(call, images);
        Value one = ops.like(right, 1);
        Value h = ops.div(ops.sub(ops.div(farRight, right), one), farBottom);
        Value g = ops.div(ops.sub(ops.div(farBottom, bottom), one), farRight);
        Value p = ops.add(g, ops.reciprocal(right));
        Value q = ops.add(h, ops.reciprocal(bottom));
        Value u = parts(ops, size.columnNumbers(ops, images), size.width());
        Value v = parts(ops, size.rowNumbers(ops, images), size.height());
        Value distance = ops.add(ops.add(ops.mul(g, u), ops.mul(h, v)), one);
        Value x = seen(ops, ops.mul(p, u), distance, size.width());
        Value y = seen(ops, ops.mul(q, v), distance, size.height());
        return ops.where(isChanged, resampling.read(ops, images, size, y, x), images);
    }

    private static Value parts(Ops ops, Value places, long length) {
        return ops.div(places, ops.like(places, Math.max(1, length - 1.0)));
    }

    /** Where to read; places at the horizon, and those far outside, are brought to just outside. */
    private static Value seen(Ops ops, Value place, Value distance, long length) {
        Value isHorizon = ops.equal(distance, ops.like(distance, 0));
        Value part = ops.div(place, ops.where(isHorizon, ops.like(distance, 1), distance));
        Value there = ops.clip(ops.mul(part, ops.like(part, Math.max(1, length - 1.0))), -2, length + 1.0);
        return ops.where(isHorizon, ops.like(there, -2), there);
    }
}
