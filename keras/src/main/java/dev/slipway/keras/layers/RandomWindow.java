package dev.slipway.keras.layers;

import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;

/** A window of images at a random place, the same one in all images of a batch. */
final class RandomWindow {
    private RandomWindow() {}

    /**
     * Draws a place, each with the same chance, and cuts the window out there.
     *
     * @param call the layer's call, whose random state is drawn from
     * @param images images of known rows and columns, no fewer than the window has
     * @param format where their channels lie
     * @param window the size of the window
     */
    static Value of(LayerCall call, Value images, DataFormat format, ImageSize window) {
        int axis = format.firstSpatialAxis();
        return along(call, along(call, images, axis, window.height()), axis + 1, window.width());
    }

    private static Value along(LayerCall call, Value x, int axis, long length) {
        Ops ops = call.ops();
        // In single precision whatever the images are in: a coarser number below 1 might be rounded to 1, which is no
        // place.
        Value one = ops.constant(Constant.of(Shape.of(1), new float[1]));
        Value drawn = RandomLayer.uniform(call, one);
        Value start = ops.mul(drawn, ops.like(drawn, x.shape().size(axis) - length + 1.0));
        long[] places = new long[Math.toIntExact(length)];
        for (int i = 0; i < places.length; i++) {
            places[i] = i;
        }
        return ops.gather(x, ops.add(ops.constant(Constant.of(places)), ops.cast(start, DataType.INT64)), axis);
    }
}
