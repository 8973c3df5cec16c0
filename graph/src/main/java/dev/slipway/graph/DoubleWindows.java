package dev.slipway.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Convolutions and means over windows in double precision, for which the engine has no kernels: what each element of the
 * window sees is sliced out, and multiplied by the kernel's part as matrices. Gradients come from these operators' own.
 */
final class DoubleWindows {
    private final Ops ops;

    DoubleWindows(Ops ops) {
        this.ops = ops;
    }

    /** As {@link Ops#conv}, of {@code [batch, channels, …]} and kernel {@code [filters, channels / groups, …]}. */
    Value conv(Value x, Value kernel, Window window, long groups) {
        requireKnown("Conv", kernel);
        Window padded = window.inNumbers("Conv of DOUBLE", x.shape());
        Value last = channelsLast(x);
        if (groups == 1) {
            return channelsFirst(product(last, kernel, padded));
        }
        if (kernel.shape().size(1) == 1) {
            return channelsFirst(channelByChannel(last, kernel, padded));
        }
        long channels = kernel.shape().size(1);
        long filters = kernel.shape().size(0) / groups;
        int axis = x.shape().rank() - 1;
        List<Value> parts = LongStream.range(0, groups)
                .mapToObj(group -> product(
                        ops.slice(last, axis, group * channels, (group + 1) * channels),
                        ops.slice(kernel, 0, group * filters, (group + 1) * filters),
                        padded))
                .toList();
        return channelsFirst(ops.concat(parts, axis));
    }

    private Value product(Value last, Value kernel, Window window) {
        List<Value> seen = Patches.of(ops, last, window);
        Shape shape = kernel.shape();
        // [first, …, channels, filters]: as Patches joins what the window sees.
        int rank = shape.rank();
        int[] order = IntStream.range(0, rank)
                .map(i -> i < rank - 2 ? i + 2 : i == rank - 2 ? 1 : 0)
                .toArray();
        long filters = shape.size(0);
        long rows = shape.elementCount() / filters / seen.size();
        Value stacked = ops.reshape(ops.transpose(kernel, order), Shape.of(seen.size(), rows, filters));
        return sum(IntStream.range(0, seen.size())
                .mapToObj(i -> ops.matMul(seen.get(i), ops.squeeze(ops.slice(stacked, 0, i, i + 1), 0)))
                .toList());
    }

    /** Each channel has filters of its own. */
    private Value channelByChannel(Value last, Value kernel, Window window) {
        long filters = kernel.shape().size(0);
        long channels = last.shape().size(last.shape().rank() - 1);
        long[] places =
                LongStream.range(0, filters).map(f -> f / (filters / channels)).toArray();
        Value x = filters == channels
                ? last
                : ops.gather(last, ops.constant(places), last.shape().rank() - 1);
        List<Value> seen = Patches.each(ops, x, window);
        Value rows = ops.transpose(ops.reshape(kernel, Shape.of(filters, seen.size())), 1, 0);
        return sum(IntStream.range(0, seen.size())
                .mapToObj(i -> ops.mul(seen.get(i), ops.slice(rows, 0, i, i + 1)))
                .map(product -> last.shape().rank() == 2 ? ops.squeeze(product, 0) : product)
                .toList());
    }

    /** As {@link Ops#averagePool}: padding is not counted. */
    Value averagePool(Value x, Window window) {
        Window padded = window.inNumbers("AveragePool of DOUBLE", x.shape());
        Value last = channelsLast(x);
        Value sum = sum(Patches.each(ops, last, padded));
        if (!padded.isPadded()) {
            double count = padded.lengths().stream().reduce(1L, Math::multiplyExact);
            return channelsFirst(ops.div(sum, ops.like(x, count)));
        }
        Value ones = ops.expandLike(ops.like(x, 1), ops.slice(last, x.shape().rank() - 1, 0, 1));
        return channelsFirst(ops.div(sum, sum(Patches.each(ops, ones, padded))));
    }

    /** As {@link Ops#convTranspose}: a convolution of the elements pulled apart, with the kernel turned round. */
    Value convTranspose(Value x, Value kernel, Window window, List<Long> more, long groups) {
        requireKnown("ConvTranspose", kernel);
        Value apart = x;
        List<Long> first = new ArrayList<>();
        List<Long> behind = new ArrayList<>();
        Value turned = kernel;
        for (int axis = 0; axis < window.rank(); axis++) {
            apart = apart(apart, axis + 2, window.strides().get(axis));
            first.add(window.span(axis) - 1 - window.before().get(axis));
            behind.add(window.span(axis) - 1 - window.after().get(axis) + more.get(axis));
            turned = ops.flip(turned, axis + 2);
        }
        for (int axis = 0; axis < window.rank(); axis++) {
            long cut = Math.min(0, first.get(axis));
            long cutBehind = Math.min(0, behind.get(axis));
            if (cut != 0 || cutBehind != 0) {
                apart = ops.slice(apart, axis + 2, -cut, cutBehind == 0 ? Long.MAX_VALUE : cutBehind);
            }
        }
        Window moving = Window.of(window.lengths())
                .withDilations(window.dilations())
                .withPadding(positive(first), positive(behind));
        return conv(apart, swapped(turned, groups), moving, groups);
    }

    private static List<Long> positive(List<Long> numbers) {
        return numbers.stream().map(n -> Math.max(0, n)).toList();
    }

    /** {@code [channels, filters / groups, …]} as {@code [filters, channels / groups, …]}. */
    private Value swapped(Value kernel, long groups) {
        Shape shape = kernel.shape();
        long channels = shape.size(0) / groups;
        long filters = shape.size(1);
        List<Long> lengths = new ArrayList<>(List.of(groups, channels, filters));
        int[] order = IntStream.range(0, shape.rank() + 1).toArray();
        order[1] = 2;
        order[2] = 1;
        for (int axis = 2; axis < shape.rank(); axis++) {
            lengths.add(shape.size(axis));
        }
        Value grouped = ops.transpose(ops.reshape(kernel, shapeOf(lengths)), order);
        lengths.subList(0, 3).clear();
        lengths.addAll(0, List.of(groups * filters, channels));
        return ops.reshape(grouped, shapeOf(lengths));
    }

    private static Shape shapeOf(List<Long> lengths) {
        return Shape.of(lengths.stream().mapToLong(Long::longValue).toArray());
    }

    /** Puts zeros between the elements along an axis, so that they lie a stride apart. */
    private Value apart(Value x, int axis, long stride) {
        if (stride == 1) {
            return x;
        }
        int rank = x.shape().rank();
        int[] swap = IntStream.range(0, rank)
                .map(i -> i == axis ? rank - 1 : i == rank - 1 ? axis : i)
                .toArray();
        Value row = ops.unsqueeze(ops.transpose(x, swap), rank);
        long[] none = new long[rank + 1];
        long[] zeros = new long[rank + 1];
        zeros[rank] = stride - 1;
        Value wide = ops.pad(row, none, zeros);
        Dimension length = x.shape().dimension(axis);
        Shape shape = row.shape().slice(0, rank).with(rank - 1, ops.times("apart", length, stride));
        // 0 is ONNX's "as in the operand".
        long[] vector = new long[rank];
        vector[rank - 1] = -1;
        Value joined = ops.reshape(wide, ops.constant(vector), shape);
        return ops.transpose(ops.slice(joined, rank - 1, 0, 1 - stride), swap);
    }

    private Value sum(List<Value> parts) {
        Value sum = parts.get(0);
        for (Value part : parts.subList(1, parts.size())) {
            sum = ops.add(sum, part);
        }
        return sum;
    }

    private Value channelsLast(Value x) {
        int rank = x.shape().rank();
        int[] order = new int[rank];
        Arrays.setAll(order, i -> i == 0 ? 0 : i == rank - 1 ? 1 : i + 1);
        return ops.transpose(x, order);
    }

    private Value channelsFirst(Value x) {
        int rank = x.shape().rank();
        int[] order = new int[rank];
        Arrays.setAll(order, i -> i == 0 ? 0 : i == 1 ? rank - 1 : i - 1);
        return ops.transpose(x, order);
    }

    private static void requireKnown(String operator, Value kernel) {
        if (!kernel.shape().isKnown()) {
            throw new NoKernelException(operator, DataType.DOUBLE);
        }
    }
}
