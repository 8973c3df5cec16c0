package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.graph.Constant;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;
import java.util.Optional;

/** What an {@link ImageAugmentation} does to images in training. */
@FunctionalInterface
interface Augmentation {
    /**
     * Changes images at random.
     *
     * @param call the layer's call, whose random state is drawn from
     * @param images {@code [batch, rows, columns, channels]}
     * @param size their known size
     * @return changed images of the same shape
     */
    Value apply(LayerCall call, Value images, ImageSize size);

    /** The red, green and blue channels, refusing images that have other ones. */
    static List<Value> channels(LayerCall call, Value images) {
        if (!images.shape().dimension(3).is(3)) {
            throw new IllegalArgumentException("images of shape " + images.shape()
                    + " as [batch, rows, columns, channels] (expected: three channels, as their colours are changed)");
        }
        return call.ops().split(images, 3, 1, 1, 1);
    }

    /** What changes images in one way, then in the next. */
    static Augmentation inTurn(List<Augmentation> all) {
        return (call, images, size) -> {
            Value changed = images;
            for (Augmentation one : all) {
                changed = one.apply(call, changed, size);
            }
            return changed;
        };
    }

    /** A tensor that has one element for each image, {@code [batch, 1, 1, 1]}. */
    static Value each(Ops ops, Value images) {
        return ops.slice(ops.slice(ops.slice(images, 1, 0, 1), 2, 0, 1), 3, 0, 1);
    }

    /** A tensor of the images' type that has some elements for all of them, {@code [1, 1, 1, count]}. */
    static Value once(Ops ops, Value images, int count) {
        return ops.cast(ops.constant(Constant.of(Shape.of(1, 1, 1, count), new float[count])), images.type());
    }

    /** A number of the images' type for all of them, {@code [1, 1, 1, 1]}. */
    static Value number(Ops ops, Value images, double value) {
        return ops.add(once(ops, images, 1), ops.like(images, value));
    }

    /** Refuses numbers of a file that a graph would grow with. */
    static void requireCount(Config config, String key, long count, int least, int most) {
        if (count < least || count > most) {
            throw config.refused(key, Long.toString(count), least + " to " + most);
        }
    }

    /** The bounds of what images hold, by {@code value_range}. */
    static Range valueRange(Config config) {
        return Range.find(config, "value_range", 0).orElse(new Range(0, 255));
    }

    /**
     * Numbers between two bounds.
     *
     * @param low the lower bound
     * @param high the upper bound
     */
    record Range(double low, double high) {
        private static final double BYTE = 255;

        /** A pair, or one number {@code f} for {@code -f} to {@code f}, but not below the least. */
        static Range read(Config config, String key, double least) {
            return find(config, key, least)
                    .orElseThrow(() -> config.refused(key, "None", "a number or a pair of numbers"));
        }

        static Optional<Range> find(Config config, String key, double least) {
            return config.find(key).map(found -> {
                if (found.isNumber()) {
                    double bound = Math.abs(found.asDouble());
                    return new Range(Math.max(-bound, least), bound);
                }
                if (found.size() != 2
                        || !found.get(0).isNumber()
                        || !found.get(1).isNumber()) {
                    throw config.refused(key, found.toString(), "a number or a pair of numbers");
                }
                return sorted(found);
            });
        }

        private static Range sorted(JsonNode pair) {
            double a = pair.get(0).asDouble();
            double b = pair.get(1).asDouble();
            return new Range(Math.min(a, b), Math.max(a, b));
        }

        /** From 0 to 1. */
        static final Range UNIT = new Range(0, 1);

        /** Whether a number below what is drawn from this range is drawn, for each image, {@code [batch, 1, 1, 1]}. */
        Value drawWhether(LayerCall call, Value images) {
            Value chance = draw(call, images);
            return call.ops().less(UNIT.draw(call, images), chance);
        }

        /** A number for each image, of either sign with the same chance, {@code [batch, 1, 1, 1]}. */
        Value drawSigned(LayerCall call, Value images) {
            Ops ops = call.ops();
            return inverted(ops, UNIT.draw(call, images), draw(call, images));
        }

        /** With the other sign where an even number is above one half. */
        static Value inverted(Ops ops, Value even, Value x) {
            return ops.where(ops.greater(even, ops.like(even, 0.5)), ops.neg(x), x);
        }

        /** A number for each image, {@code [batch, 1, 1, 1]}. */
        Value draw(LayerCall call, Value images) {
            return within(call.ops(), RandomLayer.uniform(call, each(call.ops(), images)));
        }

        /** One number for all images, {@code [1, 1, 1, 1]}. */
        Value drawOnce(LayerCall call, Value images) {
            return within(call.ops(), RandomLayer.uniform(call, once(call.ops(), images, 1)));
        }

        private Value within(Ops ops, Value uniform) {
            return ops.add(ops.mul(uniform, ops.like(uniform, high - low)), ops.like(uniform, low));
        }

        /** Images as this range has them, in the range from 0 to 255; computed in Keras's order, as what follows may cut digits off. */
        Value toBytes(Ops ops, Value images) {
            if (low == 0 && high == BYTE) {
                return images;
            }
            Value part = ops.div(ops.sub(images, ops.like(images, low)), ops.like(images, high - low));
            return ops.mul(part, ops.like(images, BYTE));
        }

        /** What {@link #toBytes} gave, in this range again. */
        Value ofBytes(Ops ops, Value images) {
            if (low == 0 && high == BYTE) {
                return images;
            }
            Value part = ops.div(images, ops.like(images, BYTE));
            return ops.add(ops.mul(part, ops.like(images, high - low)), ops.like(images, low));
        }
    }
}
