package dev.slipway.keras.ops;

import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Blocks of images {@code [batch, channels, rows, columns]} as columns and back, pixels as channels and back.
 *
 * <p>Source: {@code keras.ops.nn}: {@code unfold}, {@code fold}, {@code depth_to_space}, {@code space_to_depth}.
 */
final class Blocks {
    private final int[] size;
    private final int[] dilation;
    private final int[] padding;
    private final int[] stride;

    private Blocks(Config config) {
        size = pair(config, "kernel_size", 1);
        dilation = pair(config, "dilation", 1);
        padding = pair(config, "padding", 0);
        stride = pair(config, "stride", 1);
        Bounds.steps(config, "kernel_size", (long) size[0] * size[1]);
    }

    static void addTo(Definitions all) {
        all.from("nn");
        all.configured("Unfold", config -> new Blocks(config)::unfolded);
        all.configured("Fold", config -> {
            int[] output = pair(config, "output_size", 1);
            Blocks blocks = new Blocks(config);
            return (ops, x) -> blocks.folded(ops, x, output);
        });
        all.configured("DepthToSpace", config -> pixels(config, true));
        all.configured("SpaceToDepth", config -> pixels(config, false));
    }

    private static int[] pair(Config config, String key, int least) {
        int[] found = Axes.find(config, key).orElse(new int[] {least});
        int[] both = found.length == 1 ? new int[] {found[0], found[0]} : found;
        if (both.length != 2 || Math.min(both[0], both[1]) < least) {
            throw config.refused(key, Arrays.toString(found), "one or two numbers >= " + least);
        }
        return both;
    }

    private int count(long length, int axis) {
        return Math.toIntExact(
                (length + 2L * padding[axis] - dilation[axis] * (size[axis] - 1L) - 1) / stride[axis] + 1);
    }

    private static void requireImages(Value x) {
        if (x.shape().rank() != 4 || !x.shape().slice(1, 4).isKnown()) {
            throw new IllegalArgumentException(
                    "x: shape " + x.shape() + " (expected: [batch, channels, rows, columns], all but the batch known)");
        }
    }

    private Value unfolded(Ops ops, Value x) {
        requireImages(x);
        long[] around = {0, 0, padding[0], padding[1]};
        Value padded = ops.pad(x, around, around);
        int down = count(x.shape().size(2), 0);
        int across = count(x.shape().size(3), 1);
        List<Value> parts = new ArrayList<>();
        for (int row = 0; row < size[0]; row++) {
            for (int column = 0; column < size[1]; column++) {
                Value rows = every(ops, padded, 2, (long) row * dilation[0], down);
                parts.add(ops.unsqueeze(every(ops, rows, 3, (long) column * dilation[1], across), 2));
            }
        }
        long channels = x.shape().size(1) * parts.size();
        return ops.reshape(
                ops.concat(parts, 2),
                Shape.of(List.of(x.shape().dimension(0), Dimension.of(channels), Dimension.of((long) down * across))));
    }

    private Value every(Ops ops, Value x, int axis, long from, int count) {
        int step = stride[axis - 2];
        return ops.slice(x, axis, from, from + (count - 1L) * step + 1, step);
    }

    /** Elements that meet are added up. */
    private Value folded(Ops ops, Value x, int... output) {
        int down = count(output[0], 0);
        int across = count(output[1], 1);
        int area = size[0] * size[1];
        if (x.shape().rank() != 3
                || !x.shape().dimension(2).is((long) down * across)
                || x.shape().size(1) % area != 0) {
            throw new IllegalArgumentException("x: shape " + x.shape() + " (expected: [batch, channels · " + area + ", "
                    + down + " · " + across + "])");
        }
        long channels = x.shape().size(1) / area;
        Value blocks = ops.reshape(
                x,
                Shape.of(List.of(
                        x.shape().dimension(0),
                        Dimension.of(channels),
                        Dimension.of(area),
                        Dimension.of(down),
                        Dimension.of(across))));
        List<Value> sums = new ArrayList<>();
        for (int place = 0; place < area; place++) {
            Value part = ops.squeeze(ops.slice(blocks, 2, place, place + 1L), 2);
            Value rows = spread(ops, part, 2, (long) (place / size[1]) * dilation[0], output[0] + 2L * padding[0]);
            sums.add(spread(ops, rows, 3, (long) (place % size[1]) * dilation[1], output[1] + 2L * padding[1]));
        }
        Value whole = sums.stream().reduce(ops::add).orElseThrow();
        Value cut = ops.slice(whole, 2, padding[0], (long) padding[0] + output[0]);
        return ops.slice(cut, 3, padding[1], (long) padding[1] + output[1]);
    }

    /** As many zeros between elements as the stride leaves, and around them to a length. */
    private Value spread(Ops ops, Value x, int axis, long before, long length) {
        int step = stride[axis - 2];
        long count = x.shape().size(axis);
        Value between = ops.unsqueeze(x, axis + 1);
        long[] none = new long[between.shape().rank()];
        long[] after = new long[between.shape().rank()];
        after[axis + 1] = step - 1L;
        Value padded = ops.pad(between, none, after);
        Value flat = ops.reshape(padded, x.shape().with(axis, Dimension.of(count * step)));
        Value cut = ops.slice(flat, axis, 0, (count - 1) * step + 1);
        long[] first = new long[x.shape().rank()];
        long[] last = new long[x.shape().rank()];
        first[axis] = before;
        last[axis] = length - before - ((count - 1) * step + 1);
        return ops.pad(cut, first, last);
    }

    /** A block's rows come first in the channels, then its columns. */
    private static Definitions.Unary pixels(Config config, boolean isToSpace) {
        int block = config.integer("block_size");
        boolean isFirst = config.text("data_format", "channels_last").equals("channels_first");
        return (ops, x) -> {
            Value images = isFirst ? ops.transpose(x, 0, 2, 3, 1) : x;
            int channelAxis = 3;
            long area = (long) block * block;
            Shape shape = images.shape();
            boolean fits = block >= 1
                    && shape.rank() == 4
                    && shape.slice(1, 4).isKnown()
                    && (isToSpace
                            ? shape.size(channelAxis) % area == 0
                            : shape.size(1) % block == 0 && shape.size(2) % block == 0);
            if (!fits) {
                throw config.refused("block_size", block + " of " + x.shape(), "a divisor of known lengths");
            }
            Value moved = isToSpace ? toSpace(ops, images, block) : toDepth(ops, images, block);
            return isFirst ? ops.transpose(moved, 0, 3, 1, 2) : moved;
        };
    }

    private static Shape shape(Value like, long... lengths) {
        List<Dimension> dimensions = new ArrayList<>(List.of(like.shape().dimension(0)));
        Arrays.stream(lengths).forEach(length -> dimensions.add(Dimension.of(length)));
        return Shape.of(dimensions);
    }

    private static Value toSpace(Ops ops, Value x, int block) {
        long rows = x.shape().size(1);
        long columns = x.shape().size(2);
        long channels = x.shape().size(3) / ((long) block * block);
        Value apart = ops.reshape(x, shape(x, rows, columns, block, block, channels));
        return ops.reshape(ops.transpose(apart, 0, 1, 3, 2, 4, 5), shape(x, rows * block, columns * block, channels));
    }

    private static Value toDepth(Ops ops, Value x, int block) {
        long rows = x.shape().size(1) / block;
        long columns = x.shape().size(2) / block;
        long channels = x.shape().size(3);
        Value apart = ops.reshape(x, shape(x, rows, block, columns, block, channels));
        return ops.reshape(ops.transpose(apart, 0, 1, 3, 2, 4, 5), shape(x, rows, columns, channels * block * block));
    }
}
