package dev.slipway.server.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** {@code /stats}: numbers for people and pages. */
final class StatsPaths {
    private static final List<String> TEXTS = List.of("model", "version", "state", "reason");
    private static final List<String> COUNTS = List.of(
            "requests",
            "failures",
            "failures_invalid",
            "failures_overloaded",
            "failures_timeout",
            "failures_internal",
            "failures_other",
            "requests_last_minute",
            "in_flight",
            "queue_length",
            "rows",
            "calls");
    private static final List<String> TIMES = List.of("latency_ms", "queue_ms", "decode_ms", "predict_ms", "encode_ms");

    private StatsPaths() {}

    static void addServer(OpenApi api) {
        describe(api, "/stats", "stats", "Numbers of every version of every model");
    }

    static void add(OpenApi api, TriedModel model) {
        String name = model.name();
        describe(api, "/stats/" + name, "stats_" + name, "Numbers of every version of '" + name + "'");
    }

    private static void describe(OpenApi api, String path, String id, String summary) {
        ObjectNode stats = Schemas.of("server_version", Schemas.type("string"));
        Schemas.property(stats, "uptime_seconds", Schemas.type("integer"));
        Schemas.property(stats, "models", Schemas.list(version()));
        api.operation(path, "get", id, summary)
                .tag("server")
                .answer(stats, "Numbers since each version was loaded")
                .errors("Error", 404, 405);
    }

    private static ObjectNode version() {
        ObjectNode version = Schemas.object();
        TEXTS.forEach(name -> Schemas.property(version, name, Schemas.type("string")));
        COUNTS.forEach(name -> Schemas.property(version, name, Schemas.type("integer")));
        Schemas.property(version, "requests_per_second", Schemas.type("number"));
        Schemas.property(version, "rows_per_call", orNull("number"));
        Schemas.property(version, "last_request", orNull("string"));
        Schemas.property(version, "batch_sizes", Schemas.object());
        TIMES.forEach(name -> Schemas.property(version, name, times()));
        return version;
    }

    private static ObjectNode times() {
        ObjectNode times = Schemas.of("count", Schemas.type("integer"));
        List.of("mean", "p50", "p95", "p99").forEach(name -> Schemas.property(times, name, orNull("number")));
        return times;
    }

    private static ObjectNode orNull(String type) {
        return Schemas.anyOf(Schemas.type(type), Schemas.type("null"));
    }
}
