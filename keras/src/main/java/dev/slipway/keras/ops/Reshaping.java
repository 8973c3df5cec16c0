package dev.slipway.keras.ops;

import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The same elements with other axes. */
final class Reshaping {
    private Reshaping() {}

    static void addTo(Definitions all) {
        all.from("numpy");
        all.configured("Reshape", Reshaping::reshape);
        all.unary("Ravel", (ops, x) -> reshape(ops, x, new int[] {-1}));
        all.configured("Transpose", Reshaping::transpose);
        all.configured("Moveaxis", Reshaping::moveAxis);
        all.configured("Swapaxes", Reshaping::swapAxes);
        all.configured("ExpandDims", config -> {
            int[] axes = Axes.require(config, "axis");
            return (ops, x) -> ops.unsqueeze(x, axes);
        });
        all.configured("Squeeze", Reshaping::squeeze);
        all.configured("BroadcastTo", Reshaping::broadcastTo);
        all.configured("Repeat", Reshaping::repeat);
        all.configured("Tile", Reshaping::tile);
        all.unary("Flipud", (ops, x) -> flip(ops, x, new int[] {0}));
        all.unary("Fliplr", (ops, x) -> flip(ops, x, new int[] {1}));
        all.configured("Flip", config -> {
            Optional<int[]> axes = Axes.find(config, "axis");
            return (ops, x) -> flip(ops, x, axes.orElseGet(() -> Axes.all(x.shape())));
        });
    }

    private static Definitions.Unary reshape(Config config) {
        int[] target = Axes.require(config, "newshape");
        return (ops, x) -> reshape(ops, x, target);
    }

    private static Value reshape(Ops ops, Value x, int[] target) {
        long open = Arrays.stream(target).filter(length -> length == -1).count();
        if (open > 1 || Arrays.stream(target).anyMatch(length -> length < -1)) {
            throw new IllegalArgumentException(
                    "newshape = " + Arrays.toString(target) + " (expected: lengths, of which" + " one may be -1)");
        }
        List<Dimension> dimensions = new ArrayList<>();
        for (int length : target) {
            dimensions.add(length == -1 ? rest(ops, x.shape(), target) : Dimension.of(length));
        }
        Shape shape = Shape.of(dimensions);
        if (x.shape().isKnown() && shape.isKnown()) {
            return ops.reshape(x, shape);
        }
        long[] vector = Arrays.stream(target).asLongStream().toArray();
        return ops.reshape(x, ops.constant(vector), shape);
    }

    /** What is left for the length that is -1: the operand's one symbol, where the numbers say so. */
    private static Dimension rest(Ops ops, Shape shape, int[] target) {
        long given = Arrays.stream(target).filter(n -> n != -1).asLongStream().reduce(1, Math::multiplyExact);
        return given == 0 ? ops.graph().freshSymbol("reshape") : ops.remainder(shape, given);
    }

    private static Definitions.Unary transpose(Config config) {
        Optional<int[]> axes = Axes.find(config, "axes");
        return (ops, x) -> {
            int rank = x.shape().rank();
            return ops.transpose(
                    x,
                    axes.orElseGet(() -> IntStream.range(0, rank)
                            .map(axis -> rank - 1 - axis)
                            .toArray()));
        };
    }

    private static Definitions.Unary swapAxes(Config config) {
        int first = config.integer("axis1");
        int second = config.integer("axis2");
        return (ops, x) -> {
            int[] axes = Axes.all(x.shape());
            axes[x.shape().axis(first)] = x.shape().axis(second);
            axes[x.shape().axis(second)] = x.shape().axis(first);
            return ops.transpose(x, axes);
        };
    }

    private static Definitions.Unary moveAxis(Config config) {
        int[] source = Axes.require(config, "source");
        int[] destination = Axes.require(config, "destination");
        if (source.length != destination.length) {
            throw config.refused("source", source.length + " axes", "as many as in destination");
        }
        return (ops, x) -> {
            Integer[] axes = new Integer[x.shape().rank()];
            List<Integer> others =
                    new ArrayList<>(IntStream.range(0, x.shape().rank()).boxed().toList());
            for (int i = 0; i < source.length; i++) {
                int from = x.shape().axis(source[i]);
                axes[x.shape().axis(destination[i])] = from;
                others.remove(Integer.valueOf(from));
            }
            for (int axis = 0; axis < axes.length && !others.isEmpty(); axis++) {
                axes[axis] = axes[axis] == null ? others.remove(0) : axes[axis];
            }
            return ops.transpose(
                    x, Arrays.stream(axes).mapToInt(a -> a == null ? 0 : a).toArray());
        };
    }

    private static Definitions.Unary squeeze(Config config) {
        Optional<int[]> axes = Axes.find(config, "axis");
        return (ops, x) -> {
            int[] removed = axes.orElseGet(() -> IntStream.range(0, x.shape().rank())
                    .filter(axis -> x.shape().dimension(axis).is(1))
                    .toArray());
            return removed.length == 0 ? x : ops.squeeze(x, removed);
        };
    }

    private static Definitions.Unary broadcastTo(Config config) {
        int[] lengths = Axes.require(config, "shape");
        return (ops, x) ->
                ops.expand(x, Shape.of(Arrays.stream(lengths).asLongStream().toArray()));
    }

    private static Definitions.Unary repeat(Config config) {
        int[] repeats = Axes.require(config, "repeats");
        if (Arrays.stream(repeats).anyMatch(n -> n < (repeats.length == 1 ? 1 : 0))) {
            throw config.refused("repeats", Arrays.toString(repeats), "one number >= 1, or numbers >= 0");
        }
        boolean isFlat = config.find("axis").isEmpty();
        int axis = config.integer("axis", 0);
        return (ops, x) -> {
            Value whole = isFlat ? reshape(ops, x, new int[] {-1}) : x;
            int at = whole.shape().axis(axis);
            if (repeats.length > 1) {
                return eachRepeated(config, ops, whole, at, repeats);
            }
            return merged(ops, ops.unsqueeze(whole, at + 1), at, at + 1, repeats[0]);
        };
    }

    private static Value eachRepeated(Config config, Ops ops, Value x, int axis, int... repeats) {
        if (!x.shape().dimension(axis).is(repeats.length)) {
            throw config.refused(
                    "repeats",
                    Arrays.toString(repeats),
                    "as many as there are along axis " + axis + " of " + x.shape());
        }
        Bounds.elements(config, "repeats", Arrays.stream(repeats).asLongStream().sum());
        long[] places = IntStream.range(0, repeats.length)
                .flatMap(i -> IntStream.generate(() -> i).limit(repeats[i]))
                .asLongStream()
                .toArray();
        return ops.gather(x, ops.constant(places), axis);
    }

    private static Definitions.Unary tile(Config config) {
        int[] repeats = Axes.require(config, "repeats");
        if (Arrays.stream(repeats).anyMatch(n -> n < 1)) {
            throw config.refused("repeats", Arrays.toString(repeats), "numbers >= 1");
        }
        return (ops, x) -> {
            Value tiled = x;
            int missing = repeats.length - x.shape().rank();
            if (missing > 0) {
                tiled = ops.unsqueeze(x, IntStream.range(0, missing).toArray());
            }
            int offset = tiled.shape().rank() - repeats.length;
            for (int i = 0; i < repeats.length; i++) {
                if (repeats[i] > 1) {
                    tiled = merged(ops, ops.unsqueeze(tiled, offset + i), offset + i, offset + i, repeats[i]);
                }
            }
            return tiled;
        };
    }

    /** Stretches one axis of length 1 and joins it with the axis beside it: axes {@code at} and {@code at + 1}. */
    private static Value merged(Ops ops, Value x, int at, int stretched, int times) {
        long[] lengths = new long[x.shape().rank()];
        Arrays.fill(lengths, 1);
        lengths[stretched] = times;
        Value expanded = ops.expand(x, Shape.of(lengths));
        List<Dimension> dimensions = new ArrayList<>(expanded.shape().dimensions());
        Dimension first = dimensions.remove(at);
        Dimension second = dimensions.get(at);
        boolean isKnown = first.isKnown() && second.isKnown();
        dimensions.set(
                at,
                isKnown
                        ? Dimension.of(Math.multiplyExact(first.size(), second.size()))
                        : ops.graph().freshSymbol("repeat"));
        return ops.reshape(expanded, Shape.of(dimensions));
    }

    private static Value flip(Ops ops, Value x, int[] axes) {
        Value flipped = x;
        for (int axis : axes) {
            flipped = ops.slice(flipped, axis, -1, Long.MIN_VALUE, -1);
        }
        return flipped;
    }
}
