package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;

/** A rectangle of a given size at a random place of each image. */
final class RandomRectangle {
    private RandomRectangle() {}

    /**
     * Which places lie in the rectangle; its corners need not be whole places.
     *
     * @param call the layer's call, whose random state is drawn from
     * @param images {@code [batch, rows, columns, channels]}
     * @param size their size
     * @param height the part of the height that it takes, {@code [batch, 1, 1, 1]}
     * @param width the part of the width that it takes, of the same shape
     * @return truth values {@code [batch, rows, columns, 1]}
     */
    static Value holds(LayerCall call, Value images, ImageSize size, Value height, Value width) {
        Ops ops = call.ops();
        Value columns = between(call, images, width, size.columnNumbers(ops, width), size.width());
        Value rows = between(call, images, height, size.rowNumbers(ops, height), size.height());
        return ops.and(columns, rows);
    }

    private static Value between(LayerCall call, Value images, Value part, Value places, long length) {
        Ops ops = call.ops();
        Value whole = ops.like(part, (double) length);
        Value extent = ops.mul(part, whole);
        Value start = ops.mul(Augmentation.Range.UNIT.draw(call, images), ops.sub(whole, extent));
        return ops.and(ops.greaterOrEqual(places, start), ops.less(places, ops.add(start, extent)));
    }
}
