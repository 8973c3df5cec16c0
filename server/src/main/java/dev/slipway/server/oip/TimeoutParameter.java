package dev.slipway.server.oip;

import dev.slipway.server.json.InputException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The request parameter {@code timeout}: how many microseconds a request may wait; 0 for any time.
 *
 * <p>Source: Triton, schedule policy extension.
 */
public final class TimeoutParameter {
    /** Its name. */
    public static final String NAME = "timeout";

    private static final Duration LONGEST = Duration.ofDays(365);

    private TimeoutParameter() {}

    /**
     * Reads it.
     *
     * @param micros its value
     * @param place where it stands in the request
     * @return the time; empty for any
     * @throws InputException if it is below 0
     */
    public static Optional<Duration> of(long micros, List<Object> place) {
        if (micros < 0) {
            throw new InputException(
                    "parameter", place, "expected: at least 0 microseconds for '" + NAME + "'", Long.toString(micros));
        }
        long cut = Math.min(micros, LONGEST.toSeconds() * 1_000_000);
        return cut == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(cut * 1000));
    }
}
