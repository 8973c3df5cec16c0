package dev.slipway.keras.data;

import dev.slipway.runtime.Tensor;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Rows that another thread reads ahead, so that reading and training go on at the same time. Order and content are the
 * source's. A failure of the source is thrown where its rows would have been read.
 */
public final class PrefetchedRows implements RowSource {
    private final RowSource source;
    private final int blockRows;
    private final int blocks;

    /**
     * Reads a source ahead.
     *
     * @param source the rows
     * @param blockRows how many rows the thread reads at once, at least 1; the batch size fits best
     * @param blocks how many such blocks there are, at least 2
     * @throws IllegalArgumentException if a number is too small
     */
    public PrefetchedRows(RowSource source, int blockRows, int blocks) {
        if (blockRows < 1 || blocks < 2) {
            throw new IllegalArgumentException("prefetch: " + blocks + " blocks of " + blockRows
                    + " rows (expected: at least 2 blocks of at least 1 row)");
        }
        this.source = source;
        this.blockRows = blockRows;
        this.blocks = blocks;
    }

    @Override
    public RowSpec spec() {
        return source.spec();
    }

    @Override
    public OptionalLong count() {
        return source.count();
    }

    @Override
    public RowSource stored() {
        return source.stored();
    }

    @Override
    public RowPlaces places() {
        return source.places();
    }

    @Override
    public RowStream open(long pass) {
        return new Ahead(source, pass, blockRows, blocks);
    }

    /** Rows that were read; none and a failure at the end. */
    private record Block(
            RowBuffer buffer, int rows, @Nullable Throwable failure) {}

    /** Blocks go round: empty ones to the thread that reads, full ones to the thread that trains. */
    private static final class Ahead implements RowStream {
        private final BlockingQueue<RowBuffer> empty;
        private final BlockingQueue<Block> full;
        private final Thread reader;
        private @Nullable Block current;
        private int taken;

        Ahead(RowSource source, long pass, int blockRows, int blocks) {
            empty = new ArrayBlockingQueue<>(blocks);
            full = new ArrayBlockingQueue<>(blocks);
            for (int i = 0; i < blocks; i++) {
                empty.add(RowBuffer.of(source.spec(), blockRows));
            }
            reader = new Thread(() -> readAll(source, pass), "slipway-prefetch");
            reader.setDaemon(true);
            reader.start();
        }

        private void readAll(RowSource source, long pass) {
            RowBuffer none = new RowBuffer(List.of());
            try (RowStream stream = source.open(pass)) {
                int rows;
                do {
                    RowBuffer buffer = empty.take();
                    rows = stream.read(buffer.tensors());
                    full.put(new Block(buffer, rows, null));
                } while (rows > 0);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // closed: nobody waits for rows any more
            } catch (RuntimeException | Error e) {
                // There is room: the block that was to be filled is missing in the round.
                full.add(new Block(none, 0, e));
            }
        }

        @Override
        public int read(List<Tensor> into) {
            RowBuffer target = new RowBuffer(into);
            int wanted = target.capacity();
            int got = 0;
            while (got < wanted) {
                Block block = current();
                int count = Math.min(wanted - got, block.rows() - taken);
                if (count == 0) {
                    break;
                }
                target.put(got, block.buffer(), taken, count);
                taken += count;
                got += count;
            }
            return got;
        }

        /** The block that has rows left; the last block never has, and says why. */
        private Block current() {
            Block block = current;
            if (block == null || (block.rows() > 0 && taken == block.rows())) {
                block = next(block);
                current = block;
                taken = 0;
            }
            rethrow(block.failure());
            return block;
        }

        private Block next(@Nullable Block used) {
            try {
                if (used != null) {
                    empty.put(used.buffer());
                }
                return full.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for rows", e);
            }
        }

        private static void rethrow(@Nullable Throwable failure) {
            if (failure instanceof RuntimeException exception) {
                throw exception;
            }
            if (failure instanceof Error error) {
                throw error;
            }
        }

        /** Returns when the source is closed. */
        @Override
        public void close() {
            reader.interrupt();
            boolean interrupted = false;
            while (reader.isAlive()) {
                try {
                    reader.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
