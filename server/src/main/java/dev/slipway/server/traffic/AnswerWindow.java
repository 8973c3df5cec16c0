package dev.slipway.server.traffic;

import java.time.Duration;

/**
 * The answers of the time up to now. Safe for use by several threads.
 *
 * <p>The time is cut into slices, of which the oldest falls out as a whole, so the window is a tenth longer than it says at most.
 * Times fall into bins of which 16 make a power of two: what is read from them is at most 6 % short. Adding takes nothing away
 * and searches nothing; only an answer that is the first of a slice clears another.
 */
final class AnswerWindow {
    private static final int SLICES = 11;
    private static final int BINS_PER_OCTAVE = 16;
    private static final int BITS_PER_OCTAVE = 4;

    /** Times are counted in 1,024 ns, up to half a day. */
    private static final int UNIT_BITS = 10;

    private static final double MILLIS_PER_UNIT = 1024 / 1e6;
    private static final long MOST_UNITS = (1L << 36) - 1;
    private static final int BINS = bin(MOST_UNITS) + 1;

    private final long sliceNanos;
    private final Slice[] slices = new Slice[SLICES];
    private final Slice all = new Slice();
    private long newest;

    /** Sums of some answers. */
    private static final class Slice {
        private long count;
        private long failed;
        private long nanos;
        private final int[] bins = new int[BINS];

        void add(boolean isFailed, long took) {
            count++;
            if (isFailed) {
                failed++;
            } else {
                nanos += took;
                bins[bin(Math.min(MOST_UNITS, took >>> UNIT_BITS))]++;
            }
        }

        void takeFrom(Slice whole) {
            if (count == 0) {
                return;
            }
            whole.count -= count;
            whole.failed -= failed;
            whole.nanos -= nanos;
            for (int i = 0; i < BINS; i++) {
                whole.bins[i] -= bins[i];
                bins[i] = 0;
            }
            count = 0;
            failed = 0;
            nanos = 0;
        }
    }

    AnswerWindow(Duration length, long nowNanos) {
        this.sliceNanos = Math.max(1, length.toNanos() / (SLICES - 1));
        this.newest = Math.floorDiv(nowNanos, sliceNanos);
        for (int i = 0; i < SLICES; i++) {
            slices[i] = new Slice();
        }
    }

    /** Adds an answer that has just been given. */
    synchronized void add(long nowNanos, boolean failed, long tookNanos) {
        moveTo(nowNanos);
        slices[Math.floorMod(newest, SLICES)].add(failed, tookNanos);
        all.add(failed, tookNanos);
    }

    /** The answers of the time up to now. */
    synchronized Answers at(long nowNanos) {
        moveTo(nowNanos);
        long answered = all.count - all.failed;
        return answered == 0
                ? new Answers(all.count, all.failed, 0, 0)
                : new Answers(all.count, all.failed, all.nanos / 1e6 / answered, percentile99(answered));
    }

    private void moveTo(long nowNanos) {
        long slice = Math.floorDiv(nowNanos, sliceNanos);
        // Threads may come in another order than their clocks say: then what is older counts as new.
        for (long i = Math.max(newest + 1, slice - SLICES + 1); i <= slice; i++) {
            slices[Math.floorMod(i, SLICES)].takeFrom(all);
        }
        newest = Math.max(newest, slice);
    }

    private double percentile99(long answered) {
        long above = answered / 100;
        int bin = BINS - 1;
        while (all.bins[bin] <= above) {
            above -= all.bins[bin];
            bin--;
        }
        return lowestUnits(bin) * MILLIS_PER_UNIT;
    }

    private static int bin(long units) {
        if (units < BINS_PER_OCTAVE) {
            return (int) units;
        }
        int octave = Long.SIZE - 1 - Long.numberOfLeadingZeros(units) - BITS_PER_OCTAVE;
        return octave * BINS_PER_OCTAVE + (int) (units >>> octave);
    }

    private static long lowestUnits(int bin) {
        if (bin < BINS_PER_OCTAVE) {
            return bin;
        }
        int octave = bin / BINS_PER_OCTAVE - 1;
        return (long) (bin - octave * BINS_PER_OCTAVE) << octave;
    }
}
