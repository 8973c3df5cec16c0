package dev.slipway.graph;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** The gradients of operators that move, copy or pick elements: each element's gradient goes back to where it came from. */
final class ShapeRules {
    private ShapeRules() {}

    static Map<String, GradientRule> rules() {
        Map<String, GradientRule> rules = new HashMap<>();
        rules.put("Reshape", moved((n, g) -> n.ops().reshapeLike(g, n.in(0))));
        rules.put(
                "Transpose",
                moved((n, g) -> n.arithmetic().transpose(g, inverse(n.node().intsAttribute("perm")))));
        rules.put("Unsqueeze", moved((n, g) -> n.ops().squeeze(g, ints(n.longs(1)))));
        rules.put("Squeeze", moved((n, g) -> n.ops().unsqueeze(g, ints(n.longs(1)))));
        rules.put("Expand", (n, g) -> n.giveFolded(0, () -> g));
        rules.put("Concat", ShapeRules::concat);
        rules.put("Split", (n, g) -> n.give(0, () -> split(n)));
        rules.put("Slice", whole((n, g) -> n.give(0, () -> slice(n, g))));
        rules.put("Pad", whole((n, g) -> n.give(0, () -> pad(n, g))));
        rules.put("Gather", whole((n, g) -> n.give(0, () -> gather(n, g))));
        rules.put(
                "GatherElements",
                whole((n, g) -> n.give(0, () -> n.ops().scatterElements(n.zeros(n.in(0)), n.in(1), g, axis(n), true))));
        rules.put("ScatterElements", whole(ShapeRules::scatterElements));
        rules.put(
                "TopK",
                whole((n, g) ->
                        n.give(0, () -> n.ops().scatterElements(n.zeros(n.in(0)), n.out(1), g, axis(n), false))));
        return rules;
    }

    private static GradientRule whole(GradientRule rule) {
        return rule.whole();
    }

    /** The rule of an operator that only moves elements: a gradient that is one number needs no moving. */
    private static GradientRule moved(BiFunction<Backward, Value, Value> back) {
        return (n, g) -> n.give(0, () -> g.shape().rank() == 0 ? g : back.apply(n, n.stretch(g, n.out(0))));
    }

    private static int axis(Backward n) {
        return (int) n.node().intAttribute("axis", 0);
    }

    private static int[] ints(long[] values) {
        return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
    }

    private static int[] inverse(List<Long> permutation) {
        int[] inverse = new int[permutation.size()];
        for (int i = 0; i < inverse.length; i++) {
            inverse[permutation.get(i).intValue()] = i;
        }
        return inverse;
    }

    private static void concat(Backward n, Value g) {
        List<Value> parts = n.node().inputs().stream().flatMap(Optional::stream).toList();
        List<Value> gradients = g.shape().rank() == 0
                ? Collections.nCopies(parts.size(), g)
                : unjoin(n.ops(), n.stretch(g, n.out(0)), axis(n), parts);
        for (int i = 0; i < parts.size(); i++) {
            Value gradient = gradients.get(i);
            n.give(i, () -> gradient);
        }
    }

    /** Cuts a tensor into parts as long as the given ones. */
    private static List<Value> unjoin(Ops ops, Value x, int axis, List<Value> parts) {
        List<Dimension> lengths =
                parts.stream().map(part -> part.shape().dimension(axis)).toList();
        boolean known = lengths.stream().allMatch(Dimension::isKnown);
        Value vector = known
                ? ops.constant(lengths.stream().mapToLong(Dimension::size).toArray())
                : ops.concat(
                        parts.stream().map(part -> ops.lengthOf(part, axis)).toList(), 0);
        return ops.split(x, axis, vector, lengths);
    }

    private static Value split(Backward n) {
        return n.ops().concat(n.node().outputs().stream().map(n::gradientOf).toList(), axis(n));
    }

    private static Value slice(Backward n, Value g) {
        long start = n.longs(1)[0];
        long end = n.longs(2)[0];
        int axis = (int) n.longs(3)[0];
        long step = n.longs(4)[0];
        Dimension length = n.in(0).shape().dimension(axis);
        if (!length.isKnown()) {
            return sliceOfUnknownLength(n, g, axis, start, end, step);
        }
        long[] places = SliceLength.places(length.size(), start, end, step);
        if (places.length == 0) {
            return n.zeros(n.in(0));
        }
        long first = places[0];
        if (step == 1) {
            return n.ops().padAxis(g, axis, first, length.size() - first - places.length);
        }
        // The places are all different, so each place of the operand reads one of g, or the zeros put behind it.
        long[] sources = new long[Math.toIntExact(length.size())];
        Arrays.fill(sources, places.length);
        for (int i = 0; i < places.length; i++) {
            sources[Math.toIntExact(places[i])] = i;
        }
        boolean complete = places.length == sources.length;
        return n.ops()
                .gather(complete ? g : n.ops().padAxis(g, axis, 0, 1), n.ops().constant(sources), axis);
    }

    private static Value sliceOfUnknownLength(Backward n, Value g, int axis, long start, long end, long step) {
        Ops ops = n.ops();
        Value x = n.in(0);
        Value count = ops.length(x, axis);
        Value all = ops.range(ops.constant(DataType.INT64, 0), count, x.shape().dimension(axis));
        Value places = ops.slice(all, 0, start, end, step);
        return ops.scatterElements(n.zeros(x), alongAxis(n, places, g, axis), g, axis, false);
    }

    /** A vector of places as an index for each element of g. */
    private static Value alongAxis(Backward n, Value places, Value g, int axis) {
        int[] others =
                IntStream.range(0, g.shape().rank()).filter(a -> a != axis).toArray();
        return n.ops().expandLike(others.length == 0 ? places : n.ops().unsqueeze(places, others), g);
    }

    private static Value pad(Backward n, Value g) {
        Value part = g;
        long[] pads = n.longs(1);
        int rank = n.in(0).shape().rank();
        int[] axes = n.node().inputs().size() > 3
                ? ints(n.longs(3))
                : IntStream.range(0, rank).toArray();
        for (int i = 0; i < axes.length; i++) {
            long before = pads[i];
            long after = pads[i + axes.length];
            if (before != 0 || after != 0) {
                part = n.ops().slice(part, axes[i], before, after == 0 ? Long.MAX_VALUE : -after);
            }
        }
        return part;
    }

    /**
     * Adds up what was picked from one place. By ScatterElements, for with several threads the engine (ONNX Runtime
     * 1.29) loses updates of equal places in a ScatterND that adds.
     */
    private static Value gather(Backward n, Value g) {
        Ops ops = n.ops();
        Shape table = n.in(0).shape();
        Shape indices = n.in(1).shape();
        int axis = axis(n);
        Dimension count = indices.isKnown()
                ? Dimension.of(indices.elementCount())
                : ops.graph().freshSymbol("places");
        Value places = indices.rank() == 1 ? n.in(1) : ops.reshape(n.in(1), Shape.of(List.of(count)));
        Value picked = indices.rank() == 1 ? g : ops.reshape(g, table.with(axis, count));
        return ops.scatterElements(n.zeros(n.in(0)), alongAxis(n, places, picked, axis), picked, axis, true);
    }

    private static void scatterElements(Backward n, Value g) {
        boolean adds = n.node().attributes().containsKey("reduction");
        n.give(0, () -> adds ? g : n.ops().scatterElements(g, n.in(1), n.zeros(n.in(2)), axis(n), false));
        n.give(2, () -> n.ops().gatherElements(g, n.in(1), axis(n)));
    }
}
