package dev.slipway.keras.layers;

import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Backend;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * Height and width of images, and what layers do that bring images to them.
 *
 * @param height the number of rows
 * @param width the number of columns
 */
record ImageSize(long height, long width) {
    /** Places are listed in a constant, which must not grow with a number in a hostile file. */
    private static final int LARGEST = 1 << 20;

    ImageSize {
        if (height < 1 || width < 1 || height > LARGEST || width > LARGEST) {
            throw new IllegalArgumentException(
                    "height " + height + " and width " + width + " (expected: 1 to " + LARGEST + ")");
        }
    }

    static ImageSize read(Config config) {
        return new ImageSize(config.integer("height"), config.integer("width"));
    }

    /** The size of images, refusing those of which the engine only knows it. */
    static ImageSize of(Layer layer, Value images, DataFormat format) {
        int axis = format.firstSpatialAxis();
        Dimension rows = images.shape().dimension(axis);
        Dimension columns = images.shape().dimension(axis + 1);
        if (!rows.isKnown() || !columns.isKnown()) {
            throw new IllegalArgumentException(
                    layer + ": input of shape " + images.shape() + " (expected: known rows and columns)");
        }
        return new ImageSize(rows.size(), columns.size());
    }

    /** 0, 1, 2, …: the number of each row, {@code [1, rows, 1, 1]}, in the type of another value. */
    Value rowNumbers(Ops ops, Value like) {
        return numbers(ops, like, Shape.of(1, height, 1, 1), height);
    }

    /** 0, 1, 2, …: the number of each column, {@code [1, 1, columns, 1]}, in the type of another value. */
    Value columnNumbers(Ops ops, Value like) {
        return numbers(ops, like, Shape.of(1, 1, width, 1), width);
    }

    private static Value numbers(Ops ops, Value like, Shape shape, long length) {
        float[] numbers = new float[Math.toIntExact(length)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i;
        }
        return ops.cast(ops.constant(Constant.of(shape, numbers)), like.type());
    }

    /** The largest size inside this one whose sides have the ratio of the target's. */
    ImageSize insideWithRatioOf(ImageSize target) {
        return new ImageSize(
                Math.max(1, Math.min(height, target.heightFor(width))),
                Math.max(1, Math.min(width, target.widthFor(height))));
    }

    /** The smallest size around this one whose sides have the ratio of the target's. */
    ImageSize aroundWithRatioOf(ImageSize target) {
        return new ImageSize(Math.max(height, target.heightFor(width)), Math.max(width, target.widthFor(height)));
    }

    private long heightFor(long otherWidth) {
        return (long) ((double) (otherWidth * height) / width);
    }

    private long widthFor(long otherHeight) {
        return (long) ((double) (otherHeight * width) / height);
    }

    /** The middle of images, in this size. */
    Value crop(Ops ops, Value images, DataFormat format, ImageSize old) {
        long top = (old.height - height) / 2;
        long left = (old.width - width) / 2;
        int axis = format.firstSpatialAxis();
        Value rows = top == 0 && height == old.height ? images : ops.slice(images, axis, top, top + height);
        return left == 0 && width == old.width ? rows : ops.slice(rows, axis + 1, left, left + width);
    }

    /** Images resized to this size; the type is kept, whole numbers by rounding to what it holds. */
    Value resize(LayerCall call, Value images, DataFormat format, Sampling sampling, boolean antialias) {
        Ops ops = call.ops();
        int axis = format.firstSpatialAxis();
        boolean known = images.shape().slice(axis, axis + 2).isKnown();
        boolean isFromFirst = sampling == Sampling.TENSORFLOW_1_NEAREST;
        if ((sampling == Sampling.NEAREST || isFromFirst) && known) {
            float start = isFromFirst ? 0 : 0.5f;
            return pick(ops, pick(ops, images, axis, height, start), axis + 1, width, start);
        }
        boolean isSingle = images.type() != DataType.DOUBLE;
        Value x = format.toChannelsFirst(ops, isSingle ? ops.cast(images, DataType.FLOAT) : images);
        Value resized = sampling.resize(call, x, List.of(height, width), antialias);
        Value found = format.fromChannelsFirst(ops, resized);
        return images.type().isInteger() ? rounded(call, found, images.type()) : ops.cast(found, images.type());
    }

    /** Images resized to this size by straight lines. */
    Value resize(LayerCall call, Value images, DataFormat format) {
        return resize(call, images, format, Sampling.BILINEAR, false);
    }

    /** Whole numbers; what a type does not hold wraps on PyTorch, but for bytes without signs, and is cut off elsewhere. */
    private static Value rounded(LayerCall call, Value x, DataType type) {
        Ops ops = call.ops();
        Value rounded = ops.round(x);
        boolean wraps = call.backend() == Backend.TORCH;
        Value held = switch (type) {
            case UINT8 -> ops.clip(rounded, 0, 255);
            case INT8 -> wraps ? rounded : ops.clip(rounded, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case INT16 -> wraps ? rounded : ops.clip(rounded, Short.MIN_VALUE, Short.MAX_VALUE);
            default -> rounded;
        };
        return ops.cast(held, type);
    }

    /**
     * The nearest elements, computed in single precision as TensorFlow and PyTorch do, which decides at halves, and at whole
     * numbers.
     *
     * @param start where in the first element of the result its place is: 0.5 for the middle
     */
    private static Value pick(Ops ops, Value x, int axis, long length, float start) {
        long old = x.shape().size(axis);
        float scale = (float) old / length;
        long[] places = new long[Math.toIntExact(length)];
        for (int i = 0; i < places.length; i++) {
            places[i] = Math.min(old - 1, (long) Math.floor((i + start) * scale));
        }
        return ops.gather(x, ops.constant(Constant.of(places)), axis);
    }

    /** Whether a tensor holds images. */
    static void requireImages(Layer layer, Value x, DataFormat format) {
        Shape shape = x.shape();
        format.requireRank(layer, shape, 2);
        if (!x.type().isFloating() && !x.type().isInteger()) {
            throw new IllegalArgumentException(layer + ": input of type " + x.type() + " (expected: numbers)");
        }
    }
}
