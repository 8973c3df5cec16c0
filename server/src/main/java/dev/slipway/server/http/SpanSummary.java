package dev.slipway.server.http;

import dev.slipway.server.grpc.GrpcStatus;
import dev.slipway.server.inference.Lease;
import dev.slipway.server.inference.Stages;
import dev.slipway.server.metrics.Stage;
import dev.slipway.server.tracing.RequestSpan.Part;
import dev.slipway.server.tracing.RequestSpan.Summary;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a request's span says.
 *
 * <p>Source: OpenTelemetry semantic conventions, "HTTP server semantic conventions" and "Semantic conventions for gRPC".
 */
final class SpanSummary {
    private static final Set<String> METHODS =
            Set.of("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE");

    /** What the conventions call a server's error. */
    private static final Set<GrpcStatus> FAILED =
            Set.of(GrpcStatus.DEADLINE_EXCEEDED, GrpcStatus.UNIMPLEMENTED, GrpcStatus.INTERNAL, GrpcStatus.UNAVAILABLE);

    private final Answered answered;
    private final Map<String, Object> attributes = new TreeMap<>();

    private SpanSummary(Answered answered) {
        this.answered = answered;
    }

    static Summary of(Answered answered, Routes routes) {
        SpanSummary summary = new SpanSummary(answered);
        return answered.protocol().equals("grpc") ? summary.grpc() : summary.http(routes);
    }

    private Summary http(Routes routes) {
        String method = answered.method();
        boolean known = METHODS.contains(method);
        attributes.put("http.request.method", known ? method : "_OTHER");
        attributes.put("http.response.status_code", answered.status());
        attributes.put("url.path", answered.path());
        attributes.put("url.scheme", answered.request().isSSL() ? "https" : "http");
        attributes.put("network.protocol.version", version(answered.request().version()));
        boolean failed = answered.status() >= 500;
        if (failed) {
            attributes.put("error.type", Integer.toString(answered.status()));
        }
        String name = known ? method : "HTTP";
        String route = routes.of(answered.path()).orElse("");
        if (!route.isEmpty()) {
            attributes.put("http.route", route);
            name += " " + route;
        }
        return summary(name, failed);
    }

    private static String version(HttpVersion version) {
        return switch (version) {
            case HTTP_1_0 -> "1.0";
            case HTTP_1_1 -> "1.1";
            default -> "2";
        };
    }

    private Summary grpc() {
        String call = answered.path().replaceFirst("^/", "");
        int slash = call.lastIndexOf('/');
        GrpcStatus status = GrpcStatus.endedAs(answered.status());
        boolean known = status != GrpcStatus.UNIMPLEMENTED && slash > 0;
        attributes.put("rpc.system", "grpc");
        if (known) {
            attributes.put("rpc.service", call.substring(0, slash));
            attributes.put("rpc.method", call.substring(slash + 1));
        }
        attributes.put("rpc.grpc.status_code", status.code());
        boolean failed = FAILED.contains(status);
        if (failed) {
            attributes.put("error.type", Integer.toString(status.code()));
        }
        return summary(known ? call : "gRPC", failed);
    }

    private Summary summary(String name, boolean failed) {
        HttpServerRequest request = answered.request();
        attributes.put("client.address", answered.client());
        if (request.authority() != null) {
            attributes.put(
                    "server.address", RequestLog.printable(request.authority().host()));
            if (request.authority().port() > 0) {
                attributes.put("server.port", request.authority().port());
            }
        }
        String agent = request.getHeader("user-agent");
        if (agent != null) {
            attributes.put("user_agent.original", RequestLog.printable(agent));
        }
        attributes.put("slipway.protocol", answered.protocol());
        attributes.put("slipway.request_id", answered.id());
        List<Part> parts = new ArrayList<>();
        answered.lease().ifPresent(lease -> addModel(lease, parts));
        return new Summary(name, attributes, failed, parts);
    }

    private void addModel(Lease lease, List<Part> parts) {
        attributes.put("slipway.model", lease.model().name());
        attributes.put("slipway.version", lease.model().version());
        Stages stages = lease.stages();
        if (stages.rowsTogether() > 0) {
            attributes.put("slipway.batch_rows", stages.rowsTogether());
        }
        for (Stage stage : Stage.values()) {
            if (stages.beganNanos(stage) != 0) {
                parts.add(new Part(stage.label(), stages.beganNanos(stage), stages.tookNanos(stage)));
            }
        }
    }
}
