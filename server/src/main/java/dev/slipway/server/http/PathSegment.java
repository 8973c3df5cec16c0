package dev.slipway.server.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** One part of a path. */
final class PathSegment {
    private PathSegment() {}

    /**
     * Takes percent signs off; a plus stays a plus, which in a path is not a space.
     *
     * @throws IllegalArgumentException for a percent sign without two hexadecimal digits
     */
    static String decode(String raw) {
        return raw.indexOf('%') < 0 ? raw : URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
