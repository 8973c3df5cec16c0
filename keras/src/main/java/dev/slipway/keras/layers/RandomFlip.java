package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * Mirrors half of the images: left and right, top and bottom, or both at once.
 *
 * <p>Source: {@code keras.layers.RandomFlip}.
 */
final class RandomFlip implements Augmentation {
    private static final Range EVEN = new Range(0, 1);

    private final boolean horizontal;
    private final boolean vertical;

    private RandomFlip(boolean horizontal, boolean vertical) {
        this.horizontal = horizontal;
        this.vertical = vertical;
    }

    static RandomFlip read(Config config) {
        String mode = config.text("mode", "horizontal_and_vertical");
        return switch (mode) {
            case "horizontal" -> new RandomFlip(true, false);
            case "vertical" -> new RandomFlip(false, true);
            case "horizontal_and_vertical" -> new RandomFlip(true, true);
            default -> throw config.refused("mode", mode, "horizontal, vertical or horizontal_and_vertical");
        };
    }

    @Override
    public Value apply(LayerCall call, Value images, ImageSize size) {
        Ops ops = call.ops();
        Value drawn = EVEN.draw(call, images);
        Value columns = horizontal ? ops.flip(images, 2) : images;
        Value flipped = vertical ? ops.flip(columns, 1) : columns;
        return ops.where(ops.lessOrEqual(drawn, ops.like(drawn, 0.5)), flipped, images);
    }
}
