package dev.slipway.keras.data;

import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Rows of numpy arrays that stay in their files, so that there may be more than memory holds. A vector is a column, as Keras has
 * it; a vector of weights stays one.
 */
public final class ArrayRows implements RowSource {
    private final List<StoredArray> arrays;
    private final RowSpec spec;
    private final long count;

    /**
     * Takes arrays together.
     *
     * @param inputs one for each input of the model
     * @param targets one for each output
     * @param sampleWeights none, one, or one for each output
     * @throws DataFileException if they have not all the same number of rows, or none
     */
    public ArrayRows(List<StoredArray> inputs, List<StoredArray> targets, List<StoredArray> sampleWeights) {
        arrays = Stream.of(inputs, targets, sampleWeights).flatMap(List::stream).toList();
        spec = new RowSpec(specs(inputs, true), specs(targets, true), specs(sampleWeights, false));
        count = arrays.get(0).rows();
        for (StoredArray array : arrays) {
            if (array.rows() != count || count == 0) {
                throw new DataFileException(array.name() + ": " + array.rows() + " rows (expected: "
                        + (count == 0
                                ? "at least one"
                                : count + ", as in " + arrays.get(0).name()) + ")");
            }
        }
    }

    private static List<TensorSpec> specs(List<StoredArray> arrays, boolean asColumns) {
        List<TensorSpec> specs = new ArrayList<>();
        for (StoredArray array : arrays) {
            Shape shape = array.layout().shape();
            Shape row = shape.rank() == 1 && asColumns ? Shape.of(1) : shape.slice(1, shape.rank());
            specs.add(new TensorSpec(array.name(), array.layout().type(), row.prepend(Dimension.symbol("batch"))));
        }
        return specs;
    }

    @Override
    public RowSpec spec() {
        return spec;
    }

    @Override
    public OptionalLong count() {
        return OptionalLong.of(count);
    }

    @Override
    public RowPlaces places() {
        List<StoredArray> targets = arrays.subList(spec.inputs().size(), arrays.size());
        return (row, target) -> Optional.of(targets.get(target).name() + ", row " + row);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Reading throws if a number is not finite, too.
     */
    @Override
    public RowStream open(long pass) {
        return new Reading();
    }

    private final class Reading implements RowStream {
        private final List<StoredArray.Elements> open = new ArrayList<>();
        private byte[] block = new byte[0];
        private long row;

        Reading() {
            try {
                arrays.forEach(array -> open.add(array.open()));
            } catch (RuntimeException e) {
                close();
                throw e;
            }
        }

        @Override
        public int read(List<Tensor> into) {
            int rows = (int) Math.min(into.get(0).shape().size(0), count - row);
            for (int i = 0; i < arrays.size(); i++) {
                int bytes = Math.multiplyExact(rows, arrays.get(i).layout().rowBytes());
                block = block.length < bytes ? new byte[bytes] : block;
                open.get(i).read(block, rows);
                into.get(i).bytes().put(block, 0, bytes);
                Finite.require(arrays.get(i).name(), into.get(i), rows, row);
            }
            row += rows;
            return rows;
        }

        @Override
        public void close() {
            open.forEach(StoredArray.Elements::close);
        }
    }
}
