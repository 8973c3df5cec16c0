package dev.slipway.server.traffic;

import dev.slipway.graph.SlipwayException;
import dev.slipway.runtime.TensorSpec;
import dev.slipway.server.inference.InferenceService;
import dev.slipway.server.inference.Lease;
import dev.slipway.server.inference.ServedModel;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.DoubleAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Asks one version what others have answered, one request after another on a thread of its own, which is there only while there is
 * something to ask. What does not fit into the queue is dropped and counted. Safe for use by several threads.
 */
final class ShadowLane implements AutoCloseable {
    private static final long MOST_WAITING_BYTES = 64L << 20;
    private static final int IDLE_SECONDS = 10;

    private final Supplier<Lease> shadow;
    private final Tolerance tolerance;
    private final Map<Result, LongAdder> counts = new EnumMap<>(Result.class);
    private final DoubleAccumulator most = new DoubleAccumulator(Math::max, 0);
    private final AtomicLong waitingBytes = new AtomicLong();
    private final ThreadPoolExecutor thread;
    private volatile String lastFailure = "";

    /** What has become of a copy. */
    enum Result {
        /** The same answer, within the tolerance. */
        EQUAL,
        /** Another answer. */
        DIFFERENT,
        /** No answer: the version is not there, takes other inputs, or fails. */
        FAILED,
        /** Not asked: too many were waiting. */
        DROPPED;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    ShadowLane(TrafficRule.Shadow rule, Supplier<Lease> shadow) {
        this.shadow = shadow;
        this.tolerance = new Tolerance(rule.absolute(), rule.relative());
        for (Result each : Result.values()) {
            counts.put(each, new LongAdder());
        }
        this.thread = new ThreadPoolExecutor(
                1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(rule.queue()), work -> {
                    Thread made = new Thread(work, "slipway-shadow");
                    made.setDaemon(true);
                    return made;
                });
        thread.allowCoreThreadTimeOut(true);
    }

    /** Whether there is room for one more; counts it as dropped if not, so that it need not be copied first. */
    boolean hasRoom() {
        boolean room = thread.getQueue().remainingCapacity() > 0 && waitingBytes.get() < MOST_WAITING_BYTES;
        if (!room) {
            count(Result.DROPPED);
        }
        return room;
    }

    void offer(ShadowCopy copy) {
        long bytes = copy.bytes();
        if (waitingBytes.addAndGet(bytes) > MOST_WAITING_BYTES) {
            waitingBytes.addAndGet(-bytes);
            count(Result.DROPPED);
            return;
        }
        try {
            thread.execute(() -> {
                waitingBytes.addAndGet(-bytes);
                ask(copy);
            });
        } catch (RejectedExecutionException e) {
            waitingBytes.addAndGet(-bytes);
            count(Result.DROPPED);
        }
    }

    private void ask(ShadowCopy copy) {
        try (Lease lease = shadow.get()) {
            ServedModel model = lease.model();
            if (model.version().equals(copy.version())) {
                // The version has become the one that answers: there is nothing to compare.
                return;
            }
            requireSameInputs(copy, model);
            Tolerance.Difference difference = InferenceService.tryOut(
                    model,
                    copy.request(),
                    results -> names(copy.outputs()).equals(names(model.outputs()))
                            ? tolerance.compare(copy.results(), results)
                            : new Tolerance.Difference(false, 0));
            most.accumulate(difference.most());
            count(difference.equal() ? Result.EQUAL : Result.DIFFERENT);
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
            // Whatever a version does that is only watched: nobody waits for its answer.
            lastFailure = Objects.requireNonNullElse(e.getMessage(), e.toString());
            count(Result.FAILED);
        }
    }

    private static void requireSameInputs(ShadowCopy copy, ServedModel model) {
        boolean same = names(copy.inputs()).equals(names(model.inputs()))
                && copy.inputs().stream()
                        .map(TensorSpec::type)
                        .toList()
                        .equals(model.inputs().stream().map(TensorSpec::type).toList());
        if (!same) {
            throw new OtherInputsException(model.version(), model.inputs(), copy.inputs());
        }
    }

    /** A request for one version does not fit another. */
    private static final class OtherInputsException extends SlipwayException {
        private static final long serialVersionUID = 1L;

        OtherInputsException(String version, List<TensorSpec> found, List<TensorSpec> expected) {
            super("version " + version + ": inputs " + found + " (expected: " + expected
                    + ", as those of the version that answers)");
        }
    }

    private static List<String> names(List<TensorSpec> specs) {
        return specs.stream().map(TensorSpec::name).toList();
    }

    private void count(Result result) {
        Objects.requireNonNull(counts.get(result)).increment();
    }

    long counted(Result result) {
        return Objects.requireNonNull(counts.get(result)).sum();
    }

    /** The largest difference of two finite numbers. */
    double most() {
        return most.get();
    }

    /** Why the last copy failed that has; empty if none has. */
    String lastFailure() {
        return lastFailure;
    }

    /** Asks no more; what is waiting is dropped. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
