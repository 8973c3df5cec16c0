package dev.slipway.server.inference;

import dev.slipway.server.config.Setting;
import java.time.Duration;

/**
 * {@code load}: how much a server takes on, and what goes together.
 *
 * @param queue how many requests of one model may wait for workers or be with them
 * @param timeout how long a request may wait that says nothing of it
 * @param maxRows how many rows a request may have
 * @param batching whether rows of several requests go through the engine together
 * @param batchRows how many rows go together at most
 * @param batchLatency how long a call for rows of several requests may take
 */
public record LoadOptions(
        @Setting("How many requests of one model may wait for workers or be with them, at least 1; one more is answered"
                + " with 429.")
        int queue,

        @Setting("How long a request may wait for a worker that does not say so by Slipway-Timeout, answered with 504;"
                + " 0ms for any time.")
        Duration timeout,

        @Setting("How many rows a request may have, at least 1.")
        int maxRows,

        @Setting("Whether rows of several requests that wait together go through the engine together.")
        Batching batching,

        @Setting("How many rows go together at most, 1 to 1024.")
        int batchRows,

        @Setting("How long a call for several requests should take, above 0ms: fewer rows of slow models go together.")
        Duration batchLatency) {
    private static final int MOST_BATCH_ROWS = 1024;

    /**
     * Checks the options.
     *
     * @param queue how many requests of one model may wait for workers or be with them
     * @param timeout how long a request may wait that says nothing of it
     * @param maxRows how many rows a request may have
     * @param batching whether rows of several requests go through the engine together
     * @param batchRows how many rows go together at most
     * @param batchLatency how long a call for rows of several requests may take
     * @throws IllegalArgumentException if a number is out of its range
     */
    public LoadOptions {
        if (queue < 1) {
            throw new IllegalArgumentException("queue: " + queue + " (expected: at least 1)");
        }
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: at least 0ms)");
        }
        if (maxRows < 1) {
            throw new IllegalArgumentException("max-rows: " + maxRows + " (expected: at least 1)");
        }
        requireBatchRows(batchRows);
        requireBatchLatency(batchLatency);
    }

    static void requireBatchRows(int rows) {
        if (rows < 1 || rows > MOST_BATCH_ROWS) {
            throw new IllegalArgumentException("batch-rows: " + rows + " (expected: 1 to " + MOST_BATCH_ROWS + ")");
        }
    }

    static void requireBatchLatency(Duration latency) {
        if (latency.isNegative() || latency.isZero()) {
            throw new IllegalArgumentException("batch-latency: " + latency + " (expected: above 0ms)");
        }
    }

    /**
     * 256 requests a model, any time, 4,194,304 rows; up to 64 rows together for 20 ms.
     *
     * @return the options used where none are given
     */
    public static LoadOptions defaults() {
        return new LoadOptions(256, Duration.ZERO, 4_194_304, Batching.AUTO, 64, Duration.ofMillis(20));
    }

    /**
     * These options with another length of queues.
     *
     * @param changed how many requests of one model may wait for workers or be with them
     * @return the changed options
     */
    public LoadOptions withQueue(int changed) {
        return new LoadOptions(changed, timeout, maxRows, batching, batchRows, batchLatency);
    }

    /**
     * These options with another limit of rows.
     *
     * @param changed how many rows a request may have
     * @return the changed options
     */
    public LoadOptions withMaxRows(int changed) {
        return new LoadOptions(queue, timeout, changed, batching, batchRows, batchLatency);
    }

    /**
     * These options with another way to batch.
     *
     * @param changed whether rows of several requests go through the engine together
     * @return the changed options
     */
    public LoadOptions withBatching(Batching changed) {
        return new LoadOptions(queue, timeout, maxRows, changed, batchRows, batchLatency);
    }

    /**
     * These options with another time for calls.
     *
     * @param changed how long a call for several requests should take
     * @return the changed options
     */
    public LoadOptions withBatchLatency(Duration changed) {
        return new LoadOptions(queue, timeout, maxRows, batching, batchRows, changed);
    }

    /** How many rows of a model may go together. */
    int rowsTogether(ServedModel model) {
        ModelBatching own = model.batching();
        boolean never = own.mode().map(mode -> mode == ModelBatching.Mode.OFF).orElse(batching == Batching.OFF);
        return never || !model.rowsAreIndependent() ? 1 : own.rows().orElse(batchRows);
    }

    /** How long a call for rows of several requests for a model may take. */
    Duration latencyTogether(ServedModel model) {
        return model.batching().latency().orElse(batchLatency);
    }
}
