package dev.slipway.server.http;

import dev.slipway.server.security.AuthOptions;
import java.util.List;
import java.util.Set;

/** Paths that need no authentication: the only list of them. Every other path does, whether there is something or not. */
final class OpenRoutes {
    /** They say whether the server answers, and nothing else: whoever starts and stops it has no key. */
    private static final Set<String> HEALTH = Set.of(
            "/health",
            "/health/live",
            "/health/ready",
            "/v2/health/live",
            "/v2/health/ready",
            "/ping",
            "/grpc.health.v1.Health/Check",
            "/grpc.health.v1.Health/Watch",
            "/inference.GRPCInferenceService/ServerLive",
            "/inference.GRPCInferenceService/ServerReady");

    private static final Set<String> METRICS = Set.of("/metrics", "/monitoring/prometheus/metrics");

    private static final Set<String> DOCS = Set.of("/docs", "/redoc", "/openapi.json");

    private OpenRoutes() {}

    static boolean contain(String path, List<AuthOptions.Open> open) {
        return HEALTH.contains(path)
                || isPage(path)
                || (METRICS.contains(path) && open.contains(AuthOptions.Open.METRICS))
                || (isDocs(path) && open.contains(AuthOptions.Open.DOCS));
    }

    /** Nothing in them is of this server; what the page asks for needs what it needs. */
    private static boolean isPage(String path) {
        return path.equals("/") || path.startsWith(FrontPage.PARTS);
    }

    private static boolean isDocs(String path) {
        return DOCS.contains(path) || path.startsWith("/docs/") || path.startsWith("/redoc/");
    }
}
