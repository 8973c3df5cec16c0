package dev.slipway.server.tracing;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The trace that a client's request belongs to, and the client's own span in it.
 *
 * <p>Source: W3C Trace Context, "traceparent Header".
 *
 * @param traceId 32 hexadecimal digits
 * @param spanId 16 hexadecimal digits
 */
public record TraceParent(String traceId, String spanId) {
    /** Its name as a header. */
    public static final String HEADER = "traceparent";

    private static final int LENGTH = 55;

    /** Version ff is forbidden, and so are ids of zeros. */
    private static final Pattern TEXT = Pattern.compile(
            "(?!ff)[0-9a-f]{2}-(?!0{32})(?<trace>[0-9a-f]{32})-(?!0{16})(?<span>[0-9a-f]{16})-[0-9a-f]{2}(?<rest>-.*)?");

    /**
     * Reads a header.
     *
     * @param header its value; null if there is none
     * @return what it says; empty if it is not well-formed, which the standard says to ignore
     */
    public static Optional<TraceParent> parse(@Nullable String header) {
        if (header == null || header.length() < LENGTH) {
            return Optional.empty();
        }
        Matcher matcher = TEXT.matcher(header);
        // Only versions to come may have more behind what this one has.
        boolean fits = matcher.matches() && (header.length() == LENGTH || !header.startsWith("00"));
        return fits ? Optional.of(new TraceParent(matcher.group("trace"), matcher.group("span"))) : Optional.empty();
    }
}
