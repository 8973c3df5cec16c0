package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import java.util.List;

/**
 * Red, green and blue as hue (a part of the circle, from 0 to 1), saturation and value, and back. Hue and saturation are the
 * same whatever the range of the images, and the value is in it.
 *
 * <p>Source: {@code keras.ops.image.rgb_to_hsv} and {@code hsv_to_rgb}.
 */
public final class HueAndSaturation {
    private HueAndSaturation() {}

    /**
     * Hue, saturation and value.
     *
     * @param ops makes the nodes
     * @param red one channel of the images
     * @param green the second one, of the same shape
     * @param blue the third one, of the same shape
     * @return three tensors of that shape
     */
    public static List<Value> of(Ops ops, Value red, Value green, Value blue) {
        Value value = ops.max(ops.max(red, green), blue);
        Value range = ops.sub(value, ops.min(ops.min(red, green), blue));
        Value zero = ops.like(red, 0);
        Value one = ops.like(red, 1);
        Value isGrey = ops.equal(range, zero);
        Value isBlack = ops.equal(value, zero);
        Value saturation = ops.where(isBlack, zero, ops.div(range, ops.where(isBlack, one, value)));
        Value sixth = ops.reciprocal(ops.mul(ops.where(isGrey, one, range), ops.like(red, 6)));
        Value fromRed = ops.mul(ops.sub(green, blue), sixth);
        Value fromGreen = ops.add(ops.mul(ops.sub(blue, red), sixth), ops.like(red, 1.0 / 3));
        Value fromBlue = ops.add(ops.mul(ops.sub(red, green), sixth), ops.like(red, 2.0 / 3));
        Value hue = ops.where(ops.equal(red, value), fromRed, ops.where(ops.equal(green, value), fromGreen, fromBlue));
        Value turned = ops.where(ops.less(hue, zero), ops.add(hue, one), hue);
        return List.of(ops.where(isGrey, zero, turned), saturation, value);
    }

    /**
     * Red, green and blue.
     *
     * @param ops makes the nodes
     * @param hue from 0 to 1
     * @param saturation of the same shape
     * @param value of the same shape
     * @return three tensors of that shape
     */
    public static List<Value> toRedGreenBlue(Ops ops, Value hue, Value saturation, Value value) {
        Value sixths = ops.mul(hue, ops.like(hue, 6));
        Value zero = ops.like(hue, 0);
        Value one = ops.like(hue, 1);
        Value red = ops.sub(ops.abs(ops.sub(sixths, ops.like(hue, 3))), one);
        Value green = ops.sub(ops.like(hue, 2), ops.abs(ops.sub(sixths, ops.like(hue, 2))));
        Value blue = ops.sub(ops.like(hue, 2), ops.abs(ops.sub(sixths, ops.like(hue, 4))));
        return List.of(red, green, blue).stream()
                .map(share -> ops.min(ops.max(share, zero), one))
                .map(share -> ops.mul(value, ops.add(ops.sub(one, saturation), ops.mul(saturation, share))))
                .toList();
    }
}
