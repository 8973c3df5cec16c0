package dev.slipway.keras.trainers;

import dev.slipway.keras.data.RowSource;
import dev.slipway.keras.data.RowStream;
import dev.slipway.runtime.Tensor;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one epoch after the other. An epoch is a pass over the rows, or as many batches as are asked for; then the
 * next epoch goes on where this one ended, and one that meets the end of a pass is shorter.
 *
 * <p>Source: {@code keras.src.trainers.epoch_iterator.EpochIterator} of Keras 3.9.
 */
final class Feed implements AutoCloseable {
    private final RowSource source;
    private final OptionalInt steps;
    private @Nullable RowStream stream;
    private long pass;
    private int batchOfPass;

    /** Begins with a pass of a number; {@code steps} are the batches of an epoch, empty for whole passes. */
    Feed(RowSource source, OptionalInt steps, long pass) {
        this.source = source;
        this.steps = steps;
        this.pass = pass;
    }

    /** The number of the pass that is under way or comes next. */
    long pass() {
        return pass;
    }

    /** How many batches of that pass have been given. */
    int batchOfPass() {
        return batchOfPass;
    }

    /** Goes to a place where another feed stopped. */
    void seek(long newPass, int newBatch, List<Tensor> scratch) {
        endPass();
        pass = newPass;
        RowStream opened = opened();
        while (batchOfPass < newBatch && opened.read(scratch) > 0) {
            batchOfPass++;
        }
    }

    /**
     * Reads a batch.
     *
     * @param batch its number in the epoch
     * @param into where to
     * @return how many rows; 0 if the epoch is over
     */
    int read(int batch, List<Tensor> into) {
        if (steps.isPresent() && batch == steps.getAsInt()) {
            return 0;
        }
        int rows = opened().read(into);
        if (rows == 0) {
            boolean empty = batchOfPass == 0;
            endPass();
            if (empty) {
                throw new IllegalArgumentException("data: no rows (expected: at least one)");
            }
            // An epoch that would begin at the end of a pass begins with the next one.
            return batch == 0 ? read(batch, into) : 0;
        }
        batchOfPass++;
        return rows;
    }

    private RowStream opened() {
        RowStream current = stream;
        if (current == null) {
            current = source.open(pass);
            stream = current;
        }
        return current;
    }

    private void endPass() {
        close();
        pass++;
        batchOfPass = 0;
    }

    @Override
    public void close() {
        if (stream != null) {
            stream.close();
            stream = null;
        }
    }
}
