package dev.slipway.keras.data;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.runtime.Tensor;
import java.util.List;

/**
 * Memory for some rows.
 *
 * @param tensors as {@link RowSpec#all} lists them, all of one length of axis 0
 */
public record RowBuffer(List<Tensor> tensors) {
    /**
     * Room for rows.
     *
     * @param spec what a row consists of
     * @param capacity how many rows
     * @return zeros
     */
    public static RowBuffer of(RowSpec spec, int capacity) {
        return new RowBuffer(spec.all().stream()
                .map(one -> Tensor.zeros(one.type(), one.shape().with(0, Dimension.of(capacity))))
                .toList());
    }

    /**
     * How many rows there is room for.
     *
     * @return the length of axis 0
     */
    public int capacity() {
        return (int) tensors.get(0).shape().size(0);
    }

    /**
     * Copies rows of another buffer of the same kind.
     *
     * @param to the first row written
     * @param source where the rows come from
     * @param from the first row read
     * @param count how many
     */
    public void put(int to, RowBuffer source, int from, int count) {
        for (int i = 0; i < tensors.size(); i++) {
            copy(source.tensors.get(i), from, tensors.get(i), to, count);
        }
    }

    /**
     * Rows one after the other.
     *
     * @param parts at least one tensor {@code [rows, …]}; of one type and, but for the rows, one shape
     * @return a tensor of all rows
     */
    public static Tensor joined(List<Tensor> parts) {
        long rows = parts.stream().mapToLong(part -> part.shape().size(0)).sum();
        Tensor first = parts.get(0);
        Tensor all = Tensor.zeros(first.type(), first.shape().with(0, Dimension.of(rows)));
        int at = 0;
        for (Tensor part : parts) {
            int count = (int) part.shape().size(0);
            copy(part, 0, all, at, count);
            at += count;
        }
        return all;
    }

    private static void copy(Tensor source, int from, Tensor target, int to, int count) {
        if (target.type() == DataType.STRING) {
            target.rows(to, to + count).assign(source.rows(from, from + count));
            return;
        }
        int rowBytes = target.rowBytes();
        target.bytes().put(to * rowBytes, source.bytes(), from * rowBytes, count * rowBytes);
    }
}
