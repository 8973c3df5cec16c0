package dev.slipway.keras.layers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.graph.Window;
import dev.slipway.keras.config.Backend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The mean in each place of a window, as Keras 3.9 computes it: on TensorFlow, JAX and Keras 2's Theano padding is never
 * counted; on PyTorch it may be.
 *
 * <p>There padding to the same length is not counted as long as every axis has as much of it in front as behind. Where some axis has
 * not, all axes are padded with their outermost elements, which are counted.
 *
 * <p>Source: {@code average_pool} and {@code _apply_same_padding} of {@code keras.src.backend.torch.nn}, Keras 3.9.
 */
final class WindowMean {
    private WindowMean() {}

    static Value of(LayerCall call, Value x, Sliding sliding) {
        Ops ops = call.ops();
        if (sliding.padding() != Padding.SAME || call.backend() != Backend.TORCH) {
            return ops.averagePool(x, SamePadding.POOLING.window(call.backend(), sliding, x.shape()));
        }
        if (!sliding.isSameInNumbers(x.shape())) {
            return ofUnknownLength(ops, x, sliding);
        }
        List<Long> totals = sliding.totals(x.shape());
        if (totals.stream().allMatch(total -> total % 2 == 0)) {
            return ops.averagePool(x, sliding.over(x.shape()));
        }
        Value padded = x;
        for (int i = 0; i < totals.size(); i++) {
            long before = totals.get(i) / 2;
            padded = withEdges(ops, padded, i + 2, before, totals.get(i) - before);
        }
        return ops.averagePool(padded, unpadded(sliding));
    }

    private static Window unpadded(Sliding sliding) {
        return Window.of(sliding.lengths()).withStrides(sliding.strides());
    }

    /** A tensor whose first and last elements along an axis are repeated outside. */
    private static Value withEdges(Ops ops, Value x, int axis, long before, long after) {
        List<Value> parts = new ArrayList<>(List.of(x));
        if (before > 0) {
            parts.add(0, repeated(ops, ops.slice(x, axis, 0, 1), axis, before));
        }
        if (after > 0) {
            parts.add(repeated(ops, ops.slice(x, axis, -1, Long.MAX_VALUE), axis, after));
        }
        return parts.size() == 1 ? x : ops.concat(parts, axis);
    }

    /** A tensor whose one element along an axis comes several times. */
    private static Value repeated(Ops ops, Value edge, int axis, long count) {
        if (count == 1) {
            return edge;
        }
        long[] lengths = new long[edge.shape().rank()];
        Arrays.fill(lengths, 1);
        lengths[axis] = count;
        return ops.expand(edge, ops.constant(lengths), edge.shape().with(axis, Dimension.of(count)));
    }

    /** Where only the engine knows the lengths, only it knows whether the padding can be halved: it computes both and takes one. */
    private static Value ofUnknownLength(Ops ops, Value x, Sliding sliding) {
        Value isOdd = ops.cast(number(ops, 0), DataType.BOOL);
        Value padded = x;
        for (int i = 0; i < sliding.rank(); i++) {
            Value length = ops.gather(ops.shape(x), number(ops, i + 2), 0);
            Value total = total(
                    ops, length, sliding.lengths().get(i), sliding.strides().get(i));
            Value before = ops.div(total, number(ops, 2));
            Value after = ops.sub(total, before);
            isOdd = ops.or(isOdd, ops.greater(after, before));
            Value places = ops.range(
                    ops.neg(before), ops.add(length, after), ops.graph().freshSymbol("places"));
            Value inside = ops.max(ops.min(places, ops.sub(length, number(ops, 1))), number(ops, 0));
            padded = ops.gather(padded, inside, i + 2);
        }
        Value counted = ops.averagePool(padded, unpadded(sliding));
        return ops.where(isOdd, counted, ops.averagePool(x, sliding.over(x.shape())));
    }

    /** {@code max(0, (ceil(length / stride) - 1) · stride + window - length)}. */
    private static Value total(Ops ops, Value length, long window, long stride) {
        Value places = ops.div(ops.add(length, number(ops, stride - 1)), number(ops, stride));
        Value covered = ops.add(ops.mul(ops.sub(places, number(ops, 1)), number(ops, stride)), number(ops, window));
        return ops.max(ops.sub(covered, length), number(ops, 0));
    }

    private static Value number(Ops ops, long value) {
        return ops.constant(DataType.INT64, (double) value);
    }
}
