package dev.slipway.keras.layers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * Reads images at places between and outside their elements.
 *
 * <p>Outside of {@code a b c} lies, with fill mode {@code constant} the fill value, with {@code nearest} {@code a a | a b c | c c},
 * with {@code reflect} {@code b a | a b c | c b}, with {@code mirror} {@code c b | a b c | b a} and with {@code wrap} {@code b c | a b c |
 * a b}.
 *
 * <p>Source: {@code keras.ops.image.map_coordinates}.
 */
record Resampling(Fill fill, double fillValue, boolean isBilinear) {
    private static final String FILL_MODE = "fill_mode";

    /** What lies outside. */
    enum Fill {
        CONSTANT,
        MIRROR,
        NEAREST,
        REFLECT,
        WRAP
    }

    /** The fill modes of most layers: all but {@code mirror}. */
    static Resampling read(Config config) {
        Fill fill = fill(config);
        if (fill == Fill.MIRROR) {
            throw config.refused(FILL_MODE, "mirror", "constant, nearest, reflect or wrap");
        }
        return of(fill, config);
    }

    /** All fill modes. */
    static Resampling withMirror(Config config) {
        return of(fill(config), config);
    }

    /** A constant outside, whatever the configuration says. */
    static Resampling withConstant(Config config) {
        return of(Fill.CONSTANT, config);
    }

    private static Fill fill(Config config) {
        String mode = config.text(FILL_MODE, "reflect");
        return switch (mode) {
            case "constant" -> Fill.CONSTANT;
            case "mirror" -> Fill.MIRROR;
            case "nearest" -> Fill.NEAREST;
            case "reflect" -> Fill.REFLECT;
            case "wrap" -> Fill.WRAP;
            default -> throw config.refused(FILL_MODE, mode, "constant, nearest, reflect or wrap");
        };
    }

    private static Resampling of(Fill fill, Config config) {
        String interpolation = config.text("interpolation", "bilinear");
        if (!interpolation.equals("bilinear") && !interpolation.equals("nearest")) {
            throw config.refused("interpolation", interpolation, "bilinear or nearest");
        }
        return new Resampling(fill, config.number("fill_value", 0), interpolation.equals("bilinear"));
    }

    /**
     * Reads images at places.
     *
     * @param images {@code [batch, rows, columns, channels]}
     * @param size their size
     * @param y the row of each place, {@code [batch, rows, columns, 1]}
     * @param x the column of each place, of the same shape
     * @return {@code [batch, rows, columns, channels]}
     */
    Value read(Ops ops, Value images, ImageSize size, Value y, Value x) {
        if (!isBilinear) {
            return at(ops, images, size, ops.round(y), ops.round(x));
        }
        Value top = ops.floor(y);
        Value left = ops.floor(x);
        Value one = ops.like(x, 1);
        Value below = between(
                ops,
                at(ops, images, size, ops.add(top, one), left),
                at(ops, images, size, ops.add(top, one), ops.add(left, one)),
                ops.sub(x, left));
        Value above = between(
                ops,
                at(ops, images, size, top, left),
                at(ops, images, size, top, ops.add(left, one)),
                ops.sub(x, left));
        return between(ops, above, below, ops.sub(y, top));
    }

    private static Value between(Ops ops, Value from, Value to, Value part) {
        return ops.add(from, ops.mul(ops.sub(to, from), part));
    }

    /** The elements at whole places. */
    private Value at(Ops ops, Value images, ImageSize size, Value y, Value x) {
        Value batch = ops.gather(ops.shape(images), ops.constant(DataType.INT64, 0.0), 0);
        Value numbers = ops.range(
                ops.constant(DataType.INT64, 0.0), batch, images.shape().dimension(0));
        Value firsts = ops.mul(ops.unsqueeze(numbers, 1, 2, 3), number(ops, size.height() * size.width()));
        Value row = ops.cast(inside(ops, y, size.height()), DataType.INT64);
        Value column = ops.cast(inside(ops, x, size.width()), DataType.INT64);
        Value places = ops.add(firsts, ops.add(ops.mul(row, number(ops, size.width())), column));
        Dimension count = ops.graph().freshSymbol("places");
        Dimension channels = images.shape().dimension(3);
        Value table = ops.reshape(images, Shape.of(List.of(count, channels)));
        Value found = ops.gather(table, ops.reshape(places, Shape.of(List.of(count))), 0);
        Value all = ops.reshape(found, ops.shape(images), images.shape());
        if (fill != Fill.CONSTANT) {
            return all;
        }
        Value isInside = ops.and(isInside(ops, y, size.height()), isInside(ops, x, size.width()));
        return ops.where(isInside, all, ops.like(all, fillValue));
    }

    private static Value isInside(Ops ops, Value place, long length) {
        return ops.and(
                ops.greaterOrEqual(place, ops.like(place, 0)), ops.less(place, ops.like(place, (double) length)));
    }

    /** A place of the axis for any place. */
    private Value inside(Ops ops, Value place, long length) {
        return switch (fill) {
            case CONSTANT, NEAREST -> ops.clip(place, 0, length - 1.0);
            case WRAP -> within(ops, place, length);
            case MIRROR -> {
                Value there = within(ops, place, Math.max(1, 2 * length - 2));
                yield ops.min(there, ops.sub(ops.like(there, 2.0 * length - 2), there));
            }
            case REFLECT -> {
                Value there = within(ops, place, 2 * length);
                yield ops.min(there, ops.sub(ops.like(there, 2.0 * length - 1), there));
            }
        };
    }

    /** {@code place mod length}, of the sign of the length. */
    private static Value within(Ops ops, Value place, long length) {
        Value times = ops.floor(ops.div(place, ops.like(place, (double) length)));
        return ops.sub(place, ops.mul(times, ops.like(place, (double) length)));
    }

    private static Value number(Ops ops, long value) {
        return ops.constant(DataType.INT64, (double) value);
    }
}
