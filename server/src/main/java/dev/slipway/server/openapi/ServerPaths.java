package dev.slipway.server.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Paths of the server itself that no protocol has. */
final class ServerPaths {
    private ServerPaths() {}

    static void add(OpenApi api) {
        ObjectNode live = Schemas.of("live", Schemas.type("boolean"));
        api.operation("/health/live", "get", "live", "Whether the process answers")
                .tag("server")
                .answer(live, "It does");
        ObjectNode ready = Schemas.of("ready", Schemas.type("boolean"));
        api.operation("/health/ready", "get", "ready", "Whether every model is ready")
                .tag("server")
                .answer(ready, "All are")
                .answer(503, "application/json", ready.deepCopy(), "Not all are, or the server is about to stop");
        api.operation("/v1/models", "get", "v1_models", "The names of all models (KServe)")
                .tag("server")
                .answer(Schemas.of("models", Schemas.list(Schemas.type("string"))), "Their names");
        for (String path : List.of("/metrics", "/monitoring/prometheus/metrics")) {
            api.operation(
                            path,
                            "get",
                            path.equals("/metrics") ? "metrics" : "metrics_serving",
                            "What the server counts and measures")
                    .tag("server")
                    .description("In Prometheus's text format, or in OpenMetrics if that is accepted.")
                    .answer(200, "text/plain", Schemas.type("string"), "The numbers");
        }
        StatsPaths.addServer(api);
    }
}
