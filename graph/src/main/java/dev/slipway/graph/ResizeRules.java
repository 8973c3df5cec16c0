package dev.slipway.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The gradient of Resize. Along each axis it is a product with a matrix, whose transpose takes the gradient back. The engine
 * computes the matrix, by resizing the unit matrix, so that no rule of interpolation is written twice.
 *
 * <p>Elements that are repeated a whole number of times are summed instead.
 */
final class ResizeRules {
    private ResizeRules() {}

    static Map<String, GradientRule> rules() {
        Map<String, GradientRule> rules = new HashMap<>();
        GradientRule resize = (n, g) -> n.give(0, () -> resize(n, g));
        rules.put("Resize", resize.whole());
        return rules;
    }

    private static Value resize(Backward n, Value g) {
        Interpolation interpolation = Interpolation.of(n.node());
        Shape old = n.in(0).shape();
        Value back = g;
        for (int axis = 0; axis < old.rank(); axis++) {
            if (factor(n, axis) != 1) {
                boolean repeats = interpolation.isNearest()
                        && old.dimension(axis).isKnown()
                        && g.shape().size(axis) % old.size(axis) == 0;
                back = repeats ? summed(n, back, axis) : product(n, back, axis, interpolation);
            }
        }
        return back;
    }

    /** How many times as long an axis became; NaN if only the engine knows. */
    private static double factor(Backward n, int axis) {
        Dimension from = n.in(0).shape().dimension(axis);
        Dimension to = n.out(0).shape().dimension(axis);
        if (from.isKnown()) {
            return (double) to.size() / from.size();
        }
        if (from.equals(to)) {
            return 1;
        }
        return hasScales(n) ? scale(n, axis) : Double.NaN;
    }

    private static boolean hasScales(Backward n) {
        return n.node().inputs().get(2).isPresent();
    }

    private static float scale(Backward n, int axis) {
        return n.in(2).constant().orElseThrow().bytes().asFloatBuffer().get(axis);
    }

    private static Value summed(Backward n, Value g, int axis) {
        long length = n.in(0).shape().size(axis);
        long times = g.shape().size(axis) / length;
        Value counts = n.ops().constant(length, times);
        Shape shape = g.shape();
        Value lengths = n.ops().shape(g);
        Value before = n.ops().slice(lengths, 0, 0, axis);
        Value after = n.ops().slice(lengths, 0, axis + 1, Long.MAX_VALUE);
        List<Dimension> split = new ArrayList<>(shape.dimensions());
        split.set(axis, Dimension.of(length));
        split.add(axis + 1, Dimension.of(times));
        Value apart = n.ops().reshape(g, n.ops().concat(List.of(before, counts, after), 0), Shape.of(split));
        return n.ops().reduceSum(apart, false, axis + 1);
    }

    private static Value product(Backward n, Value g, int axis, Interpolation interpolation) {
        Ops ops = n.ops();
        Value unit = ops.unsqueeze(unit(n, axis), 0, 1);
        Value matrix = hasScales(n)
                ? ops.upsample(unit, List.of(3), List.of((long) scale(n, axis)), interpolation)
                : ops.resize(unit, List.of(3), List.of(n.out(0).shape().size(axis)), interpolation);
        Value transposed = ops.transposeLast(ops.squeeze(matrix, 0, 1));
        int last = g.shape().rank() - 1;
        if (axis == last) {
            return ops.matMul(g, transposed);
        }
        int[] swapped = IntStream.range(0, last + 1)
                .map(i -> i == axis ? last : i == last ? axis : i)
                .toArray();
        return ops.transpose(ops.matMul(ops.transpose(g, swapped), transposed), swapped);
    }

    /** The unit matrix as large as an axis of the operand is long. */
    private static Value unit(Backward n, int axis) {
        Value places = places(n.ops(), n.in(0), axis);
        Value same = n.ops().equal(n.ops().unsqueeze(places, 1), n.ops().unsqueeze(places, 0));
        return n.ops().cast(same, n.in(0).type());
    }

    /** 0, 1, 2, … along an axis of a tensor. */
    static Value places(Ops ops, Value x, int axis) {
        Dimension length = x.shape().dimension(axis);
        Value count = length.isKnown() ? ops.constant(DataType.INT64, (double) length.size()) : ops.length(x, axis);
        return ops.range(ops.constant(DataType.INT64, 0.0), count, length);
    }
}
