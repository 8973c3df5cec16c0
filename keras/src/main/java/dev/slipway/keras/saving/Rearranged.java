package dev.slipway.keras.saving;

import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** The numbers of a stored array in another order; their type does not matter. */
final class Rearranged {
    private Rearranged() {}

    /** Axes in another order: axis i of the result is axis {@code order[i]} of the source. */
    static Tensor transposed(Tensor source, int... order) {
        long[] lengths = source.shape().toArray();
        long[] result = Arrays.stream(order).mapToLong(axis -> lengths[axis]).toArray();
        int[] steps = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            steps[i] = step(lengths, order[i]);
        }
        return gathered(source, Shape.of(result), place -> {
            int rest = place;
            int from = 0;
            for (int i = order.length - 1; i >= 0; i--) {
                from += rest % (int) result[i] * steps[i];
                rest /= (int) result[i];
            }
            return from;
        });
    }

    private static int step(long[] lengths, int axis) {
        return (int) Arrays.stream(lengths, axis + 1, lengths.length).reduce(1, (a, b) -> a * b);
    }

    /** All axes but the last two from their ends. */
    static Tensor flipped(Tensor kernel) {
        long[] lengths = kernel.shape().toArray();
        int inner = step(lengths, lengths.length - 3);
        int outer = (int) kernel.shape().elementCount() / Math.max(inner, 1);
        return gathered(kernel, kernel.shape(), place -> (outer - 1 - place / inner) * inner + place % inner);
    }

    /** Arrays side by side along the last axis, their other lengths being equal. */
    static Tensor joined(List<Tensor> parts) {
        Tensor first = parts.get(0);
        int width = (int) first.shape().size(-1);
        int rows = (int) (first.shape().elementCount() / width);
        long[] lengths = first.shape().toArray();
        lengths[lengths.length - 1] = (long) width * parts.size();
        Tensor joined = Tensor.zeros(first.type(), Shape.of(lengths));
        int rowBytes = width * first.type().byteSize();
        ByteBuffer into = joined.bytes().duplicate();
        for (int row = 0; row < rows; row++) {
            for (Tensor part : parts) {
                into.put(part.bytes().duplicate().position(row * rowBytes).limit((row + 1) * rowBytes));
            }
        }
        return joined;
    }

    /** An array of the same type, each of whose elements is one of the source. */
    static Tensor gathered(Tensor source, Shape shape, IntUnaryOperator from) {
        Tensor result = Tensor.zeros(source.type(), shape);
        int size = source.type().byteSize();
        ByteBuffer in = source.bytes().duplicate();
        ByteBuffer out = result.bytes().duplicate();
        for (int place = 0; place < shape.elementCount(); place++) {
            int start = from.applyAsInt(place) * size;
            out.put(in.limit(start + size).position(start));
        }
        return result;
    }
}
