package dev.slipway.keras.data;

import dev.slipway.runtime.Tensor;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/**
 * Rows in random order, of which only some are in memory: every row is drawn from a buffer, and the next row of the source
 * takes its place. A buffer as long as the source shuffles evenly; a shorter one moves a row forward by less than its length.
 *
 * <p>The order depends on the seed and the number of the pass, and on nothing else.
 *
 * <p>Source: {@code tf.data.Dataset.shuffle} of TensorFlow has the same buffer.
 */
public final class ShuffledRows implements RowSource {
    private final RowSource source;
    private final int capacity;
    private final long seed;

    /**
     * Shuffles a source.
     *
     * @param source the rows
     * @param capacity how many rows are kept in memory to draw from, at least 1
     * @param seed what the order is drawn from
     * @throws IllegalArgumentException if the capacity is below 1
     */
    public ShuffledRows(RowSource source, int capacity, long seed) {
        if (capacity < 1) {
            throw new IllegalArgumentException("shuffle buffer: " + capacity + " rows (expected: >= 1)");
        }
        this.source = source;
        this.capacity = (int) Math.min(capacity, Math.max(1, source.count().orElse(capacity)));
        this.seed = seed;
    }

    /**
     * The random numbers of one pass.
     *
     * @param seed the seed of all passes
     * @param pass the number of the pass
     * @return a generator that no other pass and no other seed is likely to share
     */
    public static SplittableRandom random(long seed, long pass) {
        return new SplittableRandom(new SplittableRandom(seed).nextLong() + pass);
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
        return new Drawing(source.open(pass), spec(), capacity, random(seed, pass));
    }

    /** The rows that wait stand at the front of the buffer; those that are to take a place come in blocks. */
    private static final class Drawing implements RowStream {
        private static final int BLOCK_ROWS = 256;

        private final RowStream stream;
        private final RowBuffer buffer;
        private final RowBuffer block;
        private final SplittableRandom random;
        private boolean filled;
        private int waiting;
        private int blockRows;
        private int blockTaken;

        Drawing(RowStream stream, RowSpec spec, int capacity, SplittableRandom random) {
            this.stream = stream;
            this.buffer = RowBuffer.of(spec, capacity);
            this.block = RowBuffer.of(spec, Math.min(capacity, BLOCK_ROWS));
            this.random = random;
        }

        @Override
        public int read(List<Tensor> into) {
            if (!filled) {
                waiting = stream.read(buffer.tensors());
                filled = true;
            }
            RowBuffer target = new RowBuffer(into);
            int drawn = 0;
            for (; drawn < target.capacity() && waiting > 0; drawn++) {
                int chosen = random.nextInt(waiting);
                target.put(drawn, buffer, chosen, 1);
                replace(chosen);
            }
            return drawn;
        }

        /** Puts the next row of the source in a place that has become free; when there is none, the last that waits. */
        private void replace(int place) {
            if (blockTaken == blockRows && waiting == buffer.capacity()) {
                blockRows = stream.read(block.tensors());
                blockTaken = 0;
            }
            if (blockTaken < blockRows) {
                buffer.put(place, block, blockTaken++, 1);
            } else {
                waiting--;
                buffer.put(place, buffer, waiting, 1);
            }
        }

        @Override
        public void close() {
            stream.close();
        }
    }
}
