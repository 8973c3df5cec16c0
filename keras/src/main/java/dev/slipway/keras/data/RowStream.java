package dev.slipway.keras.data;

import dev.slipway.runtime.Tensor;
import java.util.List;

/** A pass over the rows of a {@link RowSource}. For one thread at a time; closed by whoever opened it. */
public interface RowStream extends AutoCloseable {
    /**
     * Copies the next rows.
     *
     * @param into where to: tensors as {@link RowSpec#all} lists them, all of one length of axis 0; what they hold behind
     *     the rows that are copied is undefined
     * @return how many rows were copied: less than there is room for only at the end, 0 when no row is left
     * @throws dev.slipway.graph.SlipwayException if a row is broken, naming where it stands
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    int read(List<Tensor> into);

    /** Lets go of files and threads. */
    @Override
    void close();
}
