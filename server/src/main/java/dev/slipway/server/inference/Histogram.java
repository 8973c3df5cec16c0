package dev.slipway.server.inference;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Times by how long they took, in a memory that does not grow. Safe for use by several threads.
 *
 * <p>Every power of two is parted into 16 buckets of equal width, so a bucket is at most 6.25% wide, and what is said of a time
 * is wrong by half of that at most. Shorter times than {@link #SHORTEST_NANOS} count as that, longer than {@link
 * #LONGEST_NANOS} as that.
 */
public final class Histogram {
    /** 256 ns. */
    static final long SHORTEST_NANOS = 1L << 8;

    /** 18 minutes. */
    static final long LONGEST_NANOS = (1L << 40) - 1;

    private static final int PART_BITS = 4;
    private static final int PARTS = 1 << PART_BITS;
    private static final int SHORTEST_POWER = Long.numberOfTrailingZeros(SHORTEST_NANOS);
    private static final int BUCKETS = (40 - SHORTEST_POWER) * PARTS;

    private final AtomicLongArray buckets = new AtomicLongArray(BUCKETS);
    private final LongAdder nanos = new LongAdder();

    Histogram() {
        // Of a model.
    }

    void add(long took) {
        buckets.getAndIncrement(bucket(Math.min(Math.max(took, SHORTEST_NANOS), LONGEST_NANOS)));
        nanos.add(took);
    }

    private static int bucket(long took) {
        int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(took);
        int part = (int) (took >>> (power - PART_BITS)) & (PARTS - 1);
        return (power - SHORTEST_POWER) * PARTS + part;
    }

    private static double middle(int bucket) {
        int power = bucket / PARTS + SHORTEST_POWER;
        return (PARTS + bucket % PARTS + 0.5) * (1L << (power - PART_BITS));
    }

    /**
     * What has been counted until now.
     *
     * @return the numbers at one time, as nearly as counting goes on meanwhile
     */
    public Snapshot snapshot() {
        long[] counts = new long[BUCKETS];
        long count = 0;
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] = buckets.get(i);
            count += counts[i];
        }
        return new Snapshot(counts, count, nanos.sum());
    }

    /** The times that were counted up to a moment. */
    public static final class Snapshot {
        private final long[] counts;
        private final long count;
        private final long nanos;

        private Snapshot(long[] counts, long count, long nanos) {
            this.counts = counts;
            this.count = count;
            this.nanos = nanos;
        }

        /**
         * How many.
         *
         * @return a number of times
         */
        public long count() {
            return count;
        }

        /**
         * How long on the average.
         *
         * @return nanoseconds; NaN if nothing was counted
         */
        public double meanNanos() {
            return count == 0 ? Double.NaN : (double) nanos / count;
        }

        /**
         * The time that a part of all do not exceed.
         *
         * @param part above 0, at most 1; 0.5 for the median
         * @return nanoseconds, right to 3.2%; NaN if nothing was counted
         */
        public double percentileNanos(double part) {
            long wanted = (long) Math.ceil(part * count);
            long seen = 0;
            for (int i = 0; i < counts.length; i++) {
                seen += counts[i];
                if (seen >= wanted && seen > 0) {
                    return middle(i);
                }
            }
            return Double.NaN;
        }
    }
}
