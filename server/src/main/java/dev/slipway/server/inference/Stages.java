package dev.slipway.server.inference;

import dev.slipway.server.metrics.Stage;

/**
 * When the parts of one request's prediction began and how long they took. Written by whoever does the work, read on the event
 * loop when the request is answered.
 */
public final class Stages {
    private static final int COUNT = Stage.values().length;

    private final long[] began = new long[COUNT];
    private final long[] took = new long[COUNT];
    private long rowsTogether;

    Stages() {
        // Made with its lease.
    }

    /** An EnumMap would box every number of every request. */
    @SuppressWarnings("EnumOrdinal")
    private static int index(Stage stage) {
        return stage.ordinal();
    }

    void add(Stage stage, long fromNanos, long toNanos) {
        began[index(stage)] = fromNanos;
        took[index(stage)] = toNanos - fromNanos;
    }

    /** The engine ran, for rows of this request and perhaps of others. */
    void ran(long fromNanos, long toNanos, long rows) {
        add(Stage.PREDICT, fromNanos, toNanos);
        rowsTogether = rows;
    }

    /**
     * When a part began.
     *
     * @param stage which part
     * @return as {@link System#nanoTime()} counts; 0 if there was no such part
     */
    public long beganNanos(Stage stage) {
        return began[index(stage)];
    }

    /**
     * When a part ended.
     *
     * @param stage which part
     * @return as {@link System#nanoTime()} counts; 0 if there was no such part
     */
    long endedNanos(Stage stage) {
        return beganNanos(stage) + tookNanos(stage);
    }

    /**
     * How long a part took.
     *
     * @param stage which part
     * @return nanoseconds; 0 if there was no such part
     */
    public long tookNanos(Stage stage) {
        return took[index(stage)];
    }

    /**
     * The rows that went through the engine together with this request's, its own included.
     *
     * @return 0 if it did not get so far
     */
    public long rowsTogether() {
        return rowsTogether;
    }
}
