package dev.slipway.server.inference;

import dev.slipway.server.metrics.ModelMetrics;
import dev.slipway.server.metrics.Stage;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often a model has predicted, and how long that took. Safe for use by several threads.
 *
 * <p>The parts are those of the Open Inference Protocol's statistics: {@code compute_input} is decoding, {@code compute_output}
 * encoding, {@code queue} waiting, {@code compute_infer} the engine.
 */
public final class Statistics {
    private final Tally success = new Tally();
    private final Tally fail = new Tally();
    private final Tally queue = new Tally();
    private final Tally computeInput = new Tally();
    private final Tally computeInfer = new Tally();
    private final Tally computeOutput = new Tally();
    private final LongAdder rows = new LongAdder();
    private final Map<Long, Tally> batches = new ConcurrentHashMap<>();
    private final Answers answers = new Answers();
    private final Map<Stage, Histogram> stages = new EnumMap<>(Stage.class);
    private volatile long lastNanos = System.nanoTime();
    private volatile Optional<ModelMetrics> metrics = Optional.empty();

    /** Of a model that has done nothing yet. */
    public Statistics() {
        for (Stage stage : Stage.values()) {
            stages.put(stage, new Histogram());
        }
    }

    /** A number of times and their sum. */
    public static final class Tally {
        private final LongAdder count = new LongAdder();
        private final LongAdder nanos = new LongAdder();

        private void add(long took) {
            count.increment();
            nanos.add(took);
        }

        /**
         * How often.
         *
         * @return a number of times
         */
        public long count() {
            return count.sum();
        }

        /**
         * How long in all.
         *
         * @return nanoseconds
         */
        public long nanos() {
            return nanos.sum();
        }
    }

    /**
     * Shows all that follows elsewhere, too.
     *
     * @param shown where
     */
    public void reportTo(ModelMetrics shown) {
        metrics = Optional.of(shown);
    }

    void answered(boolean well, long nanos) {
        (well ? success : fail).add(nanos);
    }

    void queued(long nanos) {
        queue.add(nanos);
        took(Stage.QUEUE, nanos);
    }

    void decoded(long nanos) {
        computeInput.add(nanos);
        took(Stage.DECODE, nanos);
    }

    void encoded(long nanos) {
        computeOutput.add(nanos);
        took(Stage.ENCODE, nanos);
    }

    private void took(Stage stage, long nanos) {
        times(stage).add(nanos);
        metrics.ifPresent(shown -> shown.took(stage, nanos));
    }

    void ran(long count, long nanos) {
        computeInfer.add(nanos);
        rows.add(count);
        took(Stage.PREDICT, nanos);
        metrics.ifPresent(shown -> shown.ran(count));
        batches.computeIfAbsent(Long.highestOneBit(Math.max(1, count * 2 - 1)), any -> new Tally())
                .add(nanos);
        lastNanos = System.nanoTime();
    }

    /**
     * Requests that were answered.
     *
     * @return where they are counted
     */
    public Answers answers() {
        return answers;
    }

    /**
     * How long a part of predictions took.
     *
     * @param stage which part
     * @return each time that there was such a part
     */
    public Histogram times(Stage stage) {
        return Objects.requireNonNull(stages.get(stage));
    }

    /**
     * Predictions that were answered.
     *
     * @return their number and whole time
     */
    public Tally success() {
        return success;
    }

    /**
     * Predictions that failed.
     *
     * @return their number and whole time
     */
    public Tally fail() {
        return fail;
    }

    /**
     * Waiting.
     *
     * @return number and time
     */
    public Tally queue() {
        return queue;
    }

    /**
     * Decoding.
     *
     * @return number and time
     */
    public Tally computeInput() {
        return computeInput;
    }

    /**
     * Calls into the engine.
     *
     * @return number and time
     */
    public Tally computeInfer() {
        return computeInfer;
    }

    /**
     * Encoding.
     *
     * @return number and time
     */
    public Tally computeOutput() {
        return computeOutput;
    }

    /**
     * Rows predicted.
     *
     * @return their number
     */
    public long rows() {
        return rows.sum();
    }

    /**
     * Calls into the engine by how many rows went together.
     *
     * @return for each power of two, the calls with so many rows or fewer that no smaller power holds
     */
    public Map<Long, Tally> batches() {
        return new TreeMap<>(batches);
    }

    /**
     * When it predicted last.
     *
     * @return milliseconds since 1970; 0 for never
     */
    public long lastMillis() {
        return computeInfer.count() == 0
                ? 0
                : System.currentTimeMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastNanos);
    }

    /**
     * When it was used last: when it predicted or, if it never did, when it was made ready. No clock that is set moves it.
     *
     * @return as {@link System#nanoTime()} counts
     */
    public long lastNanos() {
        return lastNanos;
    }
}
