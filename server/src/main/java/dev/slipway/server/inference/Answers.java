package dev.slipway.server.inference;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** The requests for a model that were answered, from the client's side. Safe for use by several threads. */
public final class Answers {
    private final Histogram latency = new Histogram();
    private final LastMinute lastMinute = new LastMinute();
    private final Map<Failure, LongAdder> failures = new EnumMap<>(Failure.class);
    private final AtomicLong lastMillis = new AtomicLong();

    /** Whose fault it is that a request got no result. */
    public enum Failure {
        /** The request was faulty. */
        INVALID,
        /** The model was busy or not ready. */
        OVERLOADED,
        /** The client's time was over. */
        TIMEOUT,
        /** The server's. */
        INTERNAL,
        /** Another. */
        OTHER;

        private static Failure of(int status) {
            return switch (status) {
                case 400, 404, 405, 413, 415, 422 -> INVALID;
                case 429, 503 -> OVERLOADED;
                case 499, 504 -> TIMEOUT;
                case 500 -> INTERNAL;
                default -> OTHER;
            };
        }
    }

    Answers() {
        for (Failure failure : Failure.values()) {
            failures.put(failure, new LongAdder());
        }
    }

    /**
     * Counts an answer.
     *
     * @param status the HTTP status, or what it would be
     * @param nanos from the request's arrival to its answer
     * @param epochMillis now, in milliseconds since 1970
     */
    public void add(int status, long nanos, long epochMillis) {
        if (status >= 400) {
            Objects.requireNonNull(failures.get(Failure.of(status))).increment();
        }
        latency.add(nanos);
        lastMinute.add(epochMillis);
        lastMillis.lazySet(epochMillis);
    }

    /**
     * The times from requests to answers.
     *
     * @return as many as there were answers
     */
    public Histogram latency() {
        return latency;
    }

    /**
     * Requests without a result.
     *
     * @return how many of each kind
     */
    public Map<Failure, Long> failures() {
        Map<Failure, Long> counts = new EnumMap<>(Failure.class);
        failures.forEach((failure, count) -> counts.put(failure, count.sum()));
        return Collections.unmodifiableMap(counts);
    }

    /**
     * Answers in the last 60 seconds.
     *
     * @param epochMillis now, in milliseconds since 1970
     * @return their number
     */
    public long lastMinute(long epochMillis) {
        return lastMinute.count(epochMillis);
    }

    /**
     * When the last answer was given.
     *
     * @return milliseconds since 1970; 0 for never
     */
    public long lastMillis() {
        return lastMillis.get();
    }
}
