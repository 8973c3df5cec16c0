package dev.slipway.server.grpc;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The time that a client gives a call.
 *
 * <p>Source: gRPC, {@code doc/PROTOCOL-HTTP2.md}, "Timeout": at most 8 digits and a unit.
 */
final class Deadline {
    private static final Pattern TIMEOUT = Pattern.compile("(\\d{1,8})([HMSmun])");

    private Deadline() {}

    /** The milliseconds, at least 1, that a header gives; empty for one that is not well-formed. */
    static Optional<Long> millis(String timeout) {
        Matcher matcher = TIMEOUT.matcher(timeout);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        TimeUnit unit = switch (matcher.group(2)) {
            case "H" -> TimeUnit.HOURS;
            case "M" -> TimeUnit.MINUTES;
            case "S" -> TimeUnit.SECONDS;
            case "m" -> TimeUnit.MILLISECONDS;
            case "u" -> TimeUnit.MICROSECONDS;
            default -> TimeUnit.NANOSECONDS;
        };
        return Optional.of(Math.max(1, unit.toMillis(Long.parseLong(matcher.group(1)))));
    }
}
