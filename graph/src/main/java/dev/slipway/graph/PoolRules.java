package dev.slipway.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.LongStream;

/**
 * The gradients of the pools: a maximum sends it all to the first of the largest elements of a window, as PyTorch does, a
 * mean the same share to each.
 */
final class PoolRules {
    private PoolRules() {}

    static Map<String, GradientRule> rules() {
        Map<String, GradientRule> rules = new HashMap<>();
        GradientRule max = (n, g) -> n.give(0, () -> maxPool(n, g));
        GradientRule mean = (n, g) -> n.give(0, () -> averagePool(n, g));
        rules.put("MaxPool", max.whole());
        rules.put("AveragePool", mean.whole());
        return rules;
    }

    private static boolean hasKnownLengths(Value x) {
        return x.shape().slice(2, x.shape().rank()).isKnown();
    }

    private static Value maxPool(Backward n, Value g) {
        Window window = Window.of(n.node());
        return hasKnownLengths(n.in(0)) ? byComparison(n, g, window) : byPlaces(n, g, window);
    }

    /**
     * Compares along one axis of the window after the other, the last first: an element wins if it is above all before it,
     * and what it wins the others lose. Four times as fast as {@link #byPlaces}.
     */
    private static Value byComparison(Backward n, Value g, Window window) {
        Ops ops = n.ops();
        List<List<Value>> wins = new ArrayList<>();
        Value seen = ConvRules.channelsLast(n, n.in(0));
        for (int axis = window.rank() - 1; axis >= 0; axis--) {
            long before = window.before().get(axis);
            long after = window.after().get(axis);
            Value padded = ops.padAxis(seen, axis + 1, before, after, Double.NEGATIVE_INFINITY);
            List<Value> elements = Patches.elements(ops, padded, window, axis);
            List<Value> won = new ArrayList<>();
            seen = elements.get(0);
            for (Value element : elements.subList(1, elements.size())) {
                won.add(ops.cast(ops.greater(element, seen), g.type()));
                seen = ops.max(seen, element);
            }
            wins.add(0, won);
        }
        return unslide(n, g, window, (axis, back) -> shares(ops, back, wins.get(axis)));
    }

    /** What each element gets: the last that won all, others what is left. */
    private static List<Value> shares(Ops ops, Value g, List<Value> wins) {
        List<Value> shares = new ArrayList<>();
        Value rest = g;
        for (int i = wins.size() - 1; i >= 0; i--) {
            Value share = ops.mul(rest, wins.get(i));
            shares.add(0, share);
            rest = ops.sub(rest, share);
        }
        shares.add(0, rest);
        return shares;
    }

    /** Takes a gradient back along one axis after the other. */
    private static Value unslide(Backward n, Value g, Window window, BiFunction<Integer, Value, List<Value>> elements) {
        Value back = ConvRules.channelsLast(n, g);
        for (int axis = 0; axis < window.rank(); axis++) {
            long length = n.in(0).shape().size(axis + 2);
            long places = g.shape().size(axis + 2);
            back = Unslide.of(n.ops(), window, axis, length, places).of(elements.apply(axis, back));
        }
        return ConvRules.channelsFirst(n, back);
    }

    /** By the places that the engine finds, whatever the lengths are. */
    private static Value byPlaces(Backward n, Value g, Window window) {
        Ops ops = n.ops();
        Value places = ops.maxPoolPlaces(n.in(0), window).get(1);
        Value zeros = n.zeros(flat(ops, n.in(0)));
        Dimension count = ops.graph().freshSymbol("places");
        Shape one = Shape.of(List.of(count));
        Value sums =
                ops.scatterElements(zeros, ops.reshape(places, one), ops.reshape(g, one), 0, isOverlapping(window));
        return ops.reshapeLike(sums, n.in(0));
    }

    private static boolean isOverlapping(Window window) {
        boolean overlaps = false;
        for (int axis = 0; axis < window.rank(); axis++) {
            overlaps |= window.span(axis) > window.strides().get(axis);
        }
        return overlaps;
    }

    private static Value flat(Ops ops, Value x) {
        return ops.reshape(x, Shape.of(List.of(ops.graph().freshSymbol("elements"))));
    }

    private static Value averagePool(Backward n, Value g) {
        Window window = Window.of(n.node());
        Value share = n.arithmetic().div(g, counts(n, window));
        return hasKnownLengths(n.in(0))
                ? unslide(
                        n,
                        share,
                        window,
                        (axis, back) -> Collections.nCopies(
                                Math.toIntExact(window.lengths().get(axis)), back))
                : spread(n, share, window);
    }

    /** Each channel by itself, over a window of ones: a transposed convolution of images with one channel. */
    private static Value spread(Backward n, Value g, Window window) {
        Ops ops = n.ops();
        Value lengths = ops.slice(ops.shape(g), 0, 2, Long.MAX_VALUE);
        Shape planes = g.shape().with(0, ops.graph().freshSymbol("planes")).with(1, Dimension.of(1));
        Value single = ops.reshape(g, ops.concat(List.of(ops.constant(-1, 1), lengths), 0), planes);
        Value ones = ops.expand(
                ops.like(g, 1),
                Shape.of(LongStream.concat(LongStream.of(1, 1), size(window)).toArray()));
        return ops.reshapeLike(ConvRules.spread(n, single, ones, window, 1), n.in(0));
    }

    /** How many elements, padding not counted, each place sees. */
    private static Value counts(Backward n, Window window) {
        Ops ops = n.ops();
        Value x = n.in(0);
        double all = size(window).reduce(1, (a, b) -> a * b);
        if (!window.isPadded()) {
            return ops.like(x, all);
        }
        Shape lengths = x.shape().slice(2, x.shape().rank());
        Value one = ops.like(x, 1);
        Value ones = lengths.isKnown()
                ? ops.expand(
                        one,
                        Shape.of(LongStream.concat(LongStream.of(1, 1), LongStream.of(lengths.toArray()))
                                .toArray()))
                : ops.expandLike(one, x);
        Value padded = ops.pad(ones, edge(window.before()), edge(window.after()));
        Value means = ops.averagePool(padded, Window.of(window.lengths()).withStrides(window.strides()));
        return ops.mul(means, ops.like(x, all));
    }

    private static LongStream size(Window window) {
        return window.lengths().stream().mapToLong(Long::longValue);
    }

    private static long[] edge(List<Long> lengths) {
        return LongStream.concat(LongStream.of(0, 0), lengths.stream().mapToLong(Long::longValue))
                .toArray();
    }
}
