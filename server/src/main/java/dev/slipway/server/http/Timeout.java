package dev.slipway.server.http;

import dev.slipway.server.json.InputException;
import dev.slipway.server.json.InputProblem;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long a client waits: the header {@code Slipway-Timeout}, such as {@code 250ms}, {@code 2s} or {@code 800us}. */
final class Timeout {
    static final CharSequence HEADER = HttpHeaders.createOptimized("slipway-timeout");

    private static final Pattern TEXT = Pattern.compile("(\\d{1,9})(us|ms|s)");

    private Timeout() {}

    static Duration parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            throw new InputException(
                    "header",
                    List.of("header", HEADER.toString()),
                    "expected: a time such as 250ms, 2s or 800us",
                    InputProblem.cut(text));
        }
        ChronoUnit unit = switch (matcher.group(2)) {
            case "us" -> ChronoUnit.MICROS;
            case "ms" -> ChronoUnit.MILLIS;
            default -> ChronoUnit.SECONDS;
        };
        return Duration.of(Long.parseLong(matcher.group(1)), unit);
    }
}
