package dev.slipway.server.inference;

import java.util.Optional;

/** The right to predict with a model, which is not freed before the lease is closed. For one request; used by one thread at a time. */
public final class Lease implements AutoCloseable {
    private final ServedModel model;
    private final Stages stages = new Stages();
    private boolean closed;
    private Optional<Long> deadlineNanos = Optional.empty();
    private Optional<Long> defaultNanos = Optional.empty();

    private Lease(ServedModel model) {
        this.model = model;
    }

    /**
     * Takes a model.
     *
     * @param model the model
     * @return the lease, to be closed; empty if the model has been closed already
     */
    public static Optional<Lease> on(ServedModel model) {
        return model.retain() ? Optional.of(new Lease(model)) : Optional.empty();
    }

    /**
     * What is leased.
     *
     * @return the model
     */
    public ServedModel model() {
        return model;
    }

    /**
     * What becomes of the request.
     *
     * @return its parts, filled as they are done
     */
    public Stages stages() {
        return stages;
    }

    /**
     * Lets the work for this request not begin any more after a time; of several times the first one counts.
     *
     * @param nanoTime when, as {@link System#nanoTime()} counts
     * @return this lease
     */
    public Lease until(long nanoTime) {
        deadlineNanos = Optional.of(
                deadlineNanos.filter(earlier -> earlier - nanoTime < 0).orElse(nanoTime));
        return this;
    }

    /** Sets the time for a request that says nothing of it, be it now or when it has been read. */
    void untilUnlessSaid(long nanoTime) {
        defaultNanos = Optional.of(nanoTime);
    }

    /** How many milliseconds are left, not below 0; empty for any number. */
    Optional<Long> leftMillis() {
        return deadlineNanos.or(() -> defaultNanos).map(end -> Math.max(0, (end - System.nanoTime()) / 1_000_000));
    }

    /** Gives the model back. Closing again does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            model.release();
        }
    }
}
