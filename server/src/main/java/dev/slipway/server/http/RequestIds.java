package dev.slipway.server.http;

import io.vertx.core.http.HttpHeaders;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Ids of requests, by which a client and a log mean the same one. For one event loop. */
final class RequestIds {
    static final CharSequence HEADER = HttpHeaders.createOptimized("X-Request-Id");

    /** What may go into a log and back to the client. */
    private static final Pattern WELL_FORMED = Pattern.compile("[A-Za-z0-9._:/+=-]{1,128}");

    private final SplittableRandom random = new SplittableRandom();

    /** The id that the client gave if it is well-formed, else a new one. */
    String take(@Nullable String given) {
        return given != null && WELL_FORMED.matcher(given).matches()
                ? given
                : HexFormat.of().toHexDigits(random.nextLong());
    }
}
