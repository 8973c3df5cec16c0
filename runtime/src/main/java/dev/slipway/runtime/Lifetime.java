package dev.slipway.runtime;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps native memory alive until its owner has closed it and its last user has left; whoever is last frees it.
 *
 * <p>Safe for use by several threads at once. To enter and leave costs two atomic additions and never waits.
 */
final class Lifetime implements AutoCloseable {
    private final String subject;
    private final Runnable free;

    /** The users inside, and the owner until it closes: zero once, and never more again. */
    private final AtomicInteger holders = new AtomicInteger(1);

    private final AtomicBoolean closed = new AtomicBoolean();

    Lifetime(String subject, Runnable free) {
        this.subject = subject;
        this.free = free;
    }

    /** Begins a use, which {@link #leave()} ends; refused after close. */
    void enter() {
        if (closed.get() || holders.getAndUpdate(n -> n == 0 ? 0 : n + 1) == 0) {
            throw new IllegalStateException(subject + " is closed");
        }
    }

    /** Ends a use that has begun; each may be ended only once. */
    void leave() {
        if (holders.decrementAndGet() == 0) {
            free.run();
        }
    }

    boolean isFreed() {
        return holders.get() == 0;
    }

    /** Refuses further uses; returns at once, whoever is still inside. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            leave();
        }
    }
}
