package dev.slipway.server.http;

import java.util.Optional;
import java.util.regex.Pattern;

/** What the paths of one kind have in common, for whoever needs few different ones. */
final class PathTemplate {
    private static final Pattern KNOWN =
            Pattern.compile("/prediction/[^/]+|/models(?:/[^/]+(?:/versions/[^/]+)?(?:/predict|/invoke)?)?"
                    + "|/v1/models(?:/[^/:]+(?:/(?:versions|labels)/[^/:]+)?(?:/metadata|:predict|:classify|:regress)?)?"
                    + "|/v2/?|/v2/health/(?:live|ready)|/v2/models/stats"
                    + "|/v2/models(?:/[^/]+(?:/versions/[^/]+)?(?:/ready|/infer|/stats|/config)?)?"
                    + "|/v2/repository/(?:index|models/[^/]+/(?:load|unload|traffic(?:/reset)?))"
                    + "|/stats(?:/[^/]+)?|/health(?:/live|/ready)?|/ping|/version|/invocations"
                    + "|/metrics|/monitoring/prometheus/metrics|/|/docs|/redoc|/openapi\\.json");

    private PathTemplate() {}

    /** The route of a path; of one that no protocol has, the path itself if there was something, else none. */
    static Optional<String> of(String path, int status) {
        if (path.equals("/v2/models/stats")) {
            return Optional.of(path);
        }
        if (KNOWN.matcher(path).matches()) {
            return Optional.of(path.replaceFirst("(?<=/models/|/stats/)[^/:]+", "{model}")
                    .replaceFirst("(?<=/versions/)[^/:]+", "{version}")
                    .replaceFirst("(?<=/labels/)[^/:]+", "{label}")
                    .replaceFirst("(?<=/prediction/)[^/]+", "{input_value}"));
        }
        return status < 400 ? Optional.of(path) : Optional.empty();
    }
}
