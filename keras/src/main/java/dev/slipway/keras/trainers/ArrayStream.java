package dev.slipway.keras.trainers;

import dev.slipway.graph.DataType;
import dev.slipway.keras.data.RowStream;
import dev.slipway.runtime.Tensor;
import java.nio.ByteBuffer;
import java.util.List;

/** A pass over rows in memory. */
final class ArrayStream implements RowStream {
    private final List<Tensor> tensors;
    private final RowOrder order;
    private final int rows;
    private int next;

    ArrayStream(Dataset data, RowOrder order) {
        this.tensors = data.tensors();
        this.order = order;
        this.rows = data.rows();
    }

    @Override
    public int read(List<Tensor> into) {
        int count = Math.min(rows - next, (int) into.get(0).shape().size(0));
        for (int i = 0; i < into.size(); i++) {
            copyRows(tensors.get(i), into.get(i), count);
        }
        next += count;
        return count;
    }

    private void copyRows(Tensor source, Tensor target, int count) {
        if (source.type() == DataType.STRING) {
            for (int i = 0; i < count; i++) {
                int row = order.row(next + i);
                target.rows(i, i + 1).assign(source.rows(row, row + 1));
            }
            return;
        }
        int rowBytes = source.rowBytes();
        ByteBuffer read = source.bytes();
        ByteBuffer write = target.bytes();
        for (int i = 0; i < count; i++) {
            write.put(i * rowBytes, read, order.row(next + i) * rowBytes, rowBytes);
        }
    }

    /** There is nothing to let go of. */
    @Override
    public void close() {}
}
