package dev.slipway.server.inference;

import dev.slipway.graph.SlipwayException;

/** Too many requests wait for a model already: try again later. */
public final class OverloadedException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    /** Whole seconds, at least 1. */
    private final long retryAfterSeconds;

    OverloadedException(String model, int queue, long retryAfterSeconds) {
        super("model '" + model + "': " + queue
                + " requests wait already (expected: fewer, from load.queue); try again in " + retryAfterSeconds
                + " s");
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** Under load one is thrown thousands of times a second, by several threads: it says nothing of where. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }

    /**
     * When there may be room.
     *
     * @return whole seconds, at least 1
     */
    public long retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
