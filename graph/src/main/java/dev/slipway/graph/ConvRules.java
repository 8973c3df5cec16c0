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
        Value first = channelsLast(n, image);
        Value last = channelsLast(n, signal);
        long from = n.in(1).shape().size(1);
        long to = n.in(1).shape().size(0) / groups;
        if (groups > 1 && from == 1 && to == 1) {
            return channelByChannel(n, first, last, window);
        }
        List<Value> seen = Patches.of(n.ops(), first, window);
        if (groups > 1) {
            return groupByGroup(n.ops(), seen, last, window, new Groups(groups, from, to));
        }
        Value kernel = n.ops().reshape(product(n.ops(), seen, last), Shape.of(join(window.lengths(), from, to)));
        return n.arithmetic().transpose(kernel, lastTwoFirst(window.rank()));
    }

    /** {@code [window · image's channels, signal's channels]}. */
    private static Value product(Ops ops, List<Value> seen, Value last) {
        Value right = ops.flat(last);
        List<Value> products = seen.stream()
                .map(part -> ops.gemm(ops.flat(part), true, right, false))
                .toList();
        return products.size() == 1 ? products.get(0) : ops.concat(products, 0);
    }

    /** Each channel is seen by one other only: elementwise products, summed. */
    private static Value channelByChannel(Backward n, Value image, Value last, Window window) {
        Ops ops = n.ops();
        int[] axes = IntStream.range(0, window.rank() + 1).toArray();
        List<Value> sums = Patches.each(ops, image, window).stream()
                .map(part -> ops.reduceSum(ops.mul(part, last), false, axes))
                .toList();
        Value all = sums.size() == 1 ? sums.get(0) : ops.concat(sums, 0);
        Value kernel =
                ops.reshape(all, Shape.of(join(window.lengths(), n.in(1).shape().size(0), 1)));
        return ops.transpose(
                kernel,
                IntStream.range(0, window.rank() + 2)
                        .map(i -> i < 2 ? window.rank() + i : i - 2)
                        .toArray());
    }

    /** How many groups there are, and the channels of one on either side. */
    private record Groups(long count, long from, long to) {}

    private static Value groupByGroup(Ops ops, List<Value> seen, Value last, Window window, Groups groups) {
        Dimension rows = ops.rows(last.shape());
        Dimension count = Dimension.of(groups.count);
        long width = size(window) / seen.size();
        Value right = ops.reshape(last, Shape.of(List.of(rows, count, Dimension.of(groups.to))));
        Value byGroup = ops.transpose(right, 1, 0, 2);
        List<Value> products = new ArrayList<>();
        for (Value part : seen) {
            Value left =
                    ops.reshape(part, Shape.of(List.of(rows, Dimension.of(width), count, Dimension.of(groups.from))));
            Value columns = ops.reshape(
                    ops.transpose(left, 2, 1, 3, 0), Shape.of(List.of(count, Dimension.of(width * groups.from), rows)));
            products.add(ops.matMul(columns, byGroup));
        }
        Value all = products.size() == 1 ? products.get(0) : ops.concat(products, 1);
        Value each =
                ops.reshape(all, Shape.of(join(List.of(groups.count), join(window.lengths(), groups.from, groups.to))));
        int[] permutation = IntStream.concat(
                        IntStream.of(0),
                        IntStream.of(lastTwoFirst(window.rank())).map(a -> a + 1))
                .toArray();
        long[] kernel = join(List.of(groups.count * groups.to, groups.from), longs(window.lengths()));
        return ops.reshape(ops.transpose(each, permutation), Shape.of(kernel));
    }

    private static long size(Window window) {
        return window.lengths().stream().reduce(1L, (a, b) -> a * b);
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
        int[] permutation = new int[rank];
        Arrays.setAll(permutation, i -> i == 0 ? 0 : i == rank - 1 ? 1 : i + 1);
        return n.arithmetic().transpose(x, permutation);
    }

    /** {@code [batch, …, channels]} as {@code [batch, channels, …]}. */
    static Value channelsFirst(Backward n, Value x) {
        int rank = x.shape().rank();
        int[] permutation = new int[rank];
        Arrays.setAll(permutation, i -> i == 0 ? 0 : i == 1 ? rank - 1 : i - 1);
        return n.arithmetic().transpose(x, permutation);
    }
}
