package dev.slipway.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    private static Value maxPool(Backward n, Value g) {
        Ops ops = n.ops();
        Window window = Window.of(n.node());
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

    /** Each channel is spread by itself, over a window of ones: a transposed convolution of images with one channel. */
    private static Value averagePool(Backward n, Value g) {
        Ops ops = n.ops();
        Window window = Window.of(n.node());
        Value share = n.arithmetic().div(g, counts(n, window));
        Value lengths = ops.slice(ops.shape(g), 0, 2, Long.MAX_VALUE);
        Shape planes = g.shape().with(0, ops.graph().freshSymbol("planes")).with(1, Dimension.of(1));
        Value single = ops.reshape(share, ops.concat(List.of(ops.constant(-1, 1), lengths), 0), planes);
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
