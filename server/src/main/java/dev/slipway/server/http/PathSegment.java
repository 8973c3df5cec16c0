package dev.slipway.server.http;

import dev.slipway.server.json.InputException;
import dev.slipway.server.json.InputProblem;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

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

    /** Takes percent signs off; what is no valid percent-encoding is refused. */
    static String require(String raw) {
        try {
            return decode(raw);
        } catch (IllegalArgumentException e) {
            throw new InputException(
                    "url_invalid", List.of("path"), "expected: valid percent-encoding", InputProblem.cut(raw));
        }
    }
}
