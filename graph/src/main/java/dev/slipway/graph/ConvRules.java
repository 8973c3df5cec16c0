package dev.slipway.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The gradients of the convolutions.
 *
 * <p>By the input, that of a convolution is a transposed one and the reverse, with the same kernel and window. By the kernel,
 * both are one product of matrices: what the window sees of the longer tensor ({@link Patches}) by the shorter one, with the
 * channels last, where it gives the kernel as Keras lays it out.
 */
final class ConvRules {
    private ConvRules() {}

    static Map<String, GradientRule> rules() {
        Map<String, GradientRule> rules = new HashMap<>();
        GradientRule conv = ConvRules::conv;
        GradientRule transposed = ConvRules::convTranspose;
        rules.put("Conv", conv.whole());
        rules.put("ConvTranspose", transposed.whole());
        return rules;
    }

    private static void conv(Backward n, Value g) {
        Window window = Window.of(n.node());
        long groups = n.node().intAttribute("group", 1);
        n.give(0, () -> spread(n, g, n.in(1), window, groups));
        n.give(1, () -> byKernel(n, n.in(0), g, window, groups));
        n.give(2, () -> byBias(n, g));
    }

    private static void convTranspose(Backward n, Value g) {
        Window window = Window.of(n.node());
        long groups = n.node().intAttribute("group", 1);
        n.give(0, () -> n.ops().conv(g, n.in(1), window, groups));
        n.give(1, () -> byKernel(n, g, n.in(0), window, groups));
        n.give(2, () -> byBias(n, g));
    }

    /** What a convolution sends back to its input, as long as that: elements that no window reaches lie behind. */
    static Value spread(Backward n, Value g, Value kernel, Window window, long groups) {
        Shape x = n.in(0).shape();
        List<Long> more = new ArrayList<>();
        List<Integer> cut = new ArrayList<>();
        for (int i = 0; i < window.rank(); i++) {
            Dimension length = x.dimension(i + 2);
            long stride = window.strides().get(i);
            long room = window.before().get(i) + window.after().get(i) - window.span(i);
            more.add(length.isKnown() ? (length.size() + room) % stride : stride - 1);
            if (!length.isKnown() && stride > 1) {
                cut.add(i + 2);
            }
        }
        Value spread = n.ops().convTranspose(g, kernel, window, more, groups);
        for (int axis : cut) {
            spread = n.ops().gather(spread, ResizeRules.places(n.ops(), n.in(0), axis), axis);
        }
        return spread;
    }

    private static Value byBias(Backward n, Value g) {
        int[] axes = IntStream.range(0, g.shape().rank() - 1).toArray();
        return n.ops().reduceSum(channelsLast(n, g), false, axes);
    }

    /**
     * The gradient by a kernel {@code [signal's channels, image's channels / groups, …]}.
     *
     * @param image what the window moves over, {@code [batch, channels, …]}
     * @param signal {@code [batch, channels, places…]}
     */
    private static Value byKernel(Backward n, Value image, Value signal, Window window, long groups) {
        Ops ops = n.ops();
        Value seen = Patches.of(ops, channelsLast(n, image), window);
        Value last = channelsLast(n, signal);
        Dimension rows = MatMulRules.rows(ops, last.shape());
        long from = n.in(1).shape().size(1);
        long to = n.in(1).shape().size(0) / groups;
        long size = window.lengths().stream().reduce(1L, (a, b) -> a * b);
        if (groups == 1) {
            Value product = ops.gemm(MatMulRules.flat(ops, seen, rows), true, MatMulRules.flat(ops, last, rows), false);
            Value kernel = ops.reshape(product, Shape.of(join(window.lengths(), from, to)));
            return n.arithmetic().transpose(kernel, lastTwoFirst(window.rank()));
        }
        Value left = ops.reshape(
                seen, Shape.of(List.of(rows, Dimension.of(size), Dimension.of(groups), Dimension.of(from))));
        Value right = ops.reshape(last, Shape.of(List.of(rows, Dimension.of(groups), Dimension.of(to))));
        Value columns = ops.reshape(
                ops.transpose(left, 2, 1, 3, 0),
                Shape.of(List.of(Dimension.of(groups), Dimension.of(size * from), rows)));
        Value product = ops.matMul(columns, ops.transpose(right, 1, 0, 2));
        Value each = ops.reshape(product, Shape.of(join(List.of(groups), join(window.lengths(), from, to))));
        int[] permutation = IntStream.concat(
                        IntStream.of(0),
                        IntStream.of(lastTwoFirst(window.rank())).map(a -> a + 1))
                .toArray();
        List<Long> lengths = new ArrayList<>(List.of(groups * to, from));
        lengths.addAll(window.lengths());
        return ops.reshape(ops.transpose(each, permutation), Shape.of(longs(lengths)));
    }

    private static long[] longs(List<Long> list) {
        return list.stream().mapToLong(Long::longValue).toArray();
    }

    private static long[] join(List<Long> first, long... last) {
        return LongStream.concat(first.stream().mapToLong(Long::longValue), Arrays.stream(last))
                .toArray();
    }

    /** The permutation that makes {@code […, in, out]} to {@code [out, in, …]}. */
    private static int[] lastTwoFirst(int rank) {
        return IntStream.range(0, rank + 2)
                .map(i -> i < 2 ? rank + 1 - i : i - 2)
                .toArray();
    }

    /** {@code [batch, channels, …]} as {@code [batch, …, channels]}. */
    static Value channelsLast(Backward n, Value x) {
        int rank = x.shape().rank();
        return n.arithmetic()
                .transpose(
                        x,
                        IntStream.range(0, rank)
                                .map(i -> i == 0 ? 0 : i == rank - 1 ? 1 : i + 1)
                                .toArray());
    }
}
