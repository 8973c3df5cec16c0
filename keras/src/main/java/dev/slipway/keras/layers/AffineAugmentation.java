package dev.slipway.keras.layers;

import dev.slipway.graph.Constant;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;
import java.util.Optional;

/**
 * Turns, zooms, shifts or shears images: what comes to {@code (x, y)} is read at {@code (a · x + b · y + c, d · x + e · y + f)}, the
 * numbers being drawn for each image.
 *
 * <p>Source: {@code keras.layers.RandomRotation}, {@code RandomZoom}, {@code RandomTranslation} and {@code
 * RandomShear}.
 */
record AffineAugmentation(Movement movement, Resampling resampling) implements Augmentation {
    /** Where images are read. */
    @FunctionalInterface
    private interface Movement {
        /**
         * The places to read at.
         *
         * @param call the layer's call
         * @param images {@code [batch, rows, columns, channels]}
         * @param place columns and rows, counted from the middle of the image
         * @param size the size of the images
         * @return columns and rows, counted from the middle, {@code [batch, rows, columns, 1]}
         */
        Place of(LayerCall call, Value images, Place place, ImageSize size);
    }

    /** Columns and rows. */
    private record Place(Value x, Value y) {}

    /** Turns by a part of the full circle, counterclockwise if it is positive, around the middle. */
    static AffineAugmentation rotation(Config config) {
        Range factor = Range.read(config, "factor", -1);
        Range angle = new Range(factor.low() * 2 * Math.PI, factor.high() * 2 * Math.PI);
        Movement movement = (call, images, place, size) -> {
            Ops ops = call.ops();
            Value drawn = angle.draw(call, images);
            Value cos = ops.cos(drawn);
            Value sin = ops.sin(drawn);
            return new Place(
                    ops.sub(ops.mul(place.x, cos), ops.mul(place.y, sin)),
                    ops.add(ops.mul(place.x, sin), ops.mul(place.y, cos)));
        };
        return new AffineAugmentation(movement, Resampling.read(config));
    }

    /** Reads {@code 1 + factor} times as far from the middle; in both directions alike if there is one factor only. */
    static AffineAugmentation zoom(Config config) {
        Range height = Range.read(config, "height_factor", -1);
        Optional<Range> width = Range.find(config, "width_factor", -1);
        Movement movement = (call, images, place, size) -> {
            Ops ops = call.ops();
            Value rows = plusOne(height).draw(call, images);
            Value columns =
                    width.map(range -> plusOne(range).draw(call, images)).orElse(rows);
            return new Place(ops.mul(place.x, columns), ops.mul(place.y, rows));
        };
        return new AffineAugmentation(movement, Resampling.read(config));
    }

    private static Range plusOne(Range range) {
        return new Range(1 + range.low(), 1 + range.high());
    }

    /** Shifts by parts of height and width, down and to the right if they are positive. */
    static AffineAugmentation translation(Config config) {
        Range height = Range.read(config, "height_factor", -1);
        Range width = Range.read(config, "width_factor", -1);
        Movement movement = (call, images, place, size) -> {
            Ops ops = call.ops();
            Value down = height.draw(call, images);
            Value right = width.draw(call, images);
            return new Place(
                    ops.sub(place.x, ops.mul(right, ops.like(right, (double) size.width()))),
                    ops.sub(place.y, ops.mul(down, ops.like(down, (double) size.height()))));
        };
        return new AffineAugmentation(movement, Resampling.read(config));
    }

    /** Shears along rows and columns, both to the same side, which is drawn; the first row and column stay. */
    static AffineAugmentation shear(Config config) {
        Range none = new Range(0, 0);
        Range horizontal = Range.find(config, "x_factor", -1).orElse(none);
        Range vertical = Range.find(config, "y_factor", -1).orElse(none);
        Movement movement = (call, images, place, size) -> {
            Ops ops = call.ops();
            Value side = Range.UNIT.draw(call, images);
            Value down = Range.inverted(ops, side, vertical.draw(call, images));
            Value right = Range.inverted(ops, side, horizontal.draw(call, images));
            Value x = ops.add(place.x, ops.like(right, middle(size.width())));
            Value y = ops.add(place.y, ops.like(down, middle(size.height())));
            return new Place(ops.add(place.x, ops.mul(right, y)), ops.add(place.y, ops.mul(down, x)));
        };
        return new AffineAugmentation(movement, Resampling.read(config));
    }

    /**
     * Several of one resampling, of which one is chosen for all images.
     *
     * @param all what to choose from, one at least
     * @param isChosen for each whether it is the one, {@code [1, 1, 1, 1]}; if none is, images stay where they are
     */
    static AffineAugmentation oneOf(List<AffineAugmentation> all, List<Value> isChosen) {
        Movement movement = (call, images, place, size) -> {
            Ops ops = call.ops();
            Place chosen = place;
            for (int i = 0; i < all.size(); i++) {
                Place moved = all.get(i).movement.of(call, images, place, size);
                chosen = new Place(
                        ops.where(isChosen.get(i), moved.x, chosen.x), ops.where(isChosen.get(i), moved.y, chosen.y));
            }
            return chosen;
        };
        return new AffineAugmentation(movement, all.get(0).resampling);
    }

    @Override
    public Value apply(LayerCall call, Value images, ImageSize size) {
        Ops ops = call.ops();
        Value columns = ops.constant(fromMiddle(Shape.of(1, 1, size.width(), 1), size.width()));
        Value rows = ops.constant(fromMiddle(Shape.of(1, size.height(), 1, 1), size.height()));
        Place read = movement.of(call, images, whole(ops, columns, rows), size);
        return resampling.read(
                ops,
                images,
                size,
                ops.add(read.y, ops.like(rows, middle(size.height()))),
                ops.add(read.x, ops.like(columns, middle(size.width()))));
    }

    /** Both in the shape of an image, for rows may be read that depend on no column. */
    private static Place whole(Ops ops, Value columns, Value rows) {
        return new Place(ops.expandLike(columns, ops.add(columns, rows)), ops.expandLike(rows, ops.add(columns, rows)));
    }

    private static Constant fromMiddle(Shape shape, long length) {
        float[] places = new float[Math.toIntExact(length)];
        for (int i = 0; i < places.length; i++) {
            places[i] = (float) (i - middle(length));
        }
        return Constant.of(shape, places);
    }

    private static double middle(long length) {
        return (length - 1) / 2.0;
    }
}
