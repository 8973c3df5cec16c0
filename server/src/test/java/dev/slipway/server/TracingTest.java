package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.OtlpCollector.Span;
import dev.slipway.server.grpc.proto.ModelInferRequest;
import dev.slipway.server.grpc.proto.ModelInferResponse;
import dev.slipway.server.logging.LogFormat;
import dev.slipway.server.logging.LogOptions;
import dev.slipway.server.models.ModelSource;
import dev.slipway.server.models.ModelState;
import dev.slipway.server.tracing.Sampling;
import dev.slipway.server.tracing.TracingOptions;
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a collector learns of requests. */
final class TracingTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CLIENT = "00f067aa0ba902b7";
    private static final long SERVER_KIND = 2;
    private static final long ERROR = 2;

    private final OtlpCollector collector = new OtlpCollector();

    @AfterEach
    void stop() {
        collector.close();
    }

    private ServerOptions options(Sampling sampler) {
        return ServerOptions.defaults()
                .withAddress("127.0.0.1", 0)
                .withEventLoops(1)
                .withObserve(ObserveOptions.defaults()
                        .withLog(new LogOptions(LogFormat.JSON))
                        .withTracing(new TracingOptions(
                                collector.address(),
                                "prices",
                                sampler,
                                1,
                                Map.of("x-key", "k"),
                                Map.of("deployment.environment.name", "test"))));
    }

    /** The spans that requests leave behind, when the server has stopped. */
    private List<Span> spans(Sampling sampler, Consumer<ModelServer> requests) {
        try (ModelServer server = ModelServer.start(options(sampler), List.of(Models.line()))) {
            requests.accept(server);
        }
        return collector.spans();
    }

    private static HttpRequest.Builder predict(Http http, String flags) {
        return http.request("/v1/models/line:predict")
                .header("traceparent", "00-" + TRACE + "-" + CLIENT + "-" + flags)
                .header("tracestate", "vendor=42")
                .header("user-agent", "test/1")
                .header("x-request-id", "mine")
                .POST(HttpRequest.BodyPublishers.ofString("{\"instances\": [[1], [2]]}"));
    }

    private static Span named(List<Span> spans, String name) {
        return spans.stream()
                .filter(span -> span.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " among " + spans));
    }

    @Test
    void aPredictionIsASpanInTheClientsTrace() {
        List<Span> spans = spans(Sampling.PARENTBASED_ALWAYS_ON, server -> {
            Http http = new Http(server.address());
            assertThat(http.send(predict(http, "01")).statusCode()).isEqualTo(200);
        });

        Span span = named(spans, "POST /v1/models/{model}:predict");
        assertThat(span.traceId()).isEqualTo(TRACE);
        assertThat(span.parentId()).isEqualTo(CLIENT);
        assertThat(span.state()).isEqualTo("vendor=42");
        assertThat(span.kind()).isEqualTo(SERVER_KIND);
        assertThat(span.status()).isZero();
        assertThat(span.attributes())
                .containsAllEntriesOf(Map.of(
                        "http.request.method", "POST",
                        "http.route", "/v1/models/{model}:predict",
                        "http.response.status_code", 200L,
                        "url.path", "/v1/models/line:predict",
                        "url.scheme", "http",
                        "network.protocol.version", "1.1",
                        "client.address", "127.0.0.1",
                        "server.address", "127.0.0.1",
                        "user_agent.original", "test/1"))
                .containsAllEntriesOf(Map.of(
                        "slipway.model", "line",
                        "slipway.version", "1",
                        "slipway.protocol", "v1",
                        "slipway.request_id", "mine",
                        "slipway.batch_rows", 2L,
                        "service.name", "prices",
                        "deployment.environment.name", "test"));
        assertThat(collector.requests).allMatch("POST /v1/traces application/x-protobuf k"::equals);
    }

    @Test
    void thePartsOfAPredictionAreItsChildren() {
        List<Span> spans = spans(Sampling.PARENTBASED_ALWAYS_ON, server -> {
            Http http = new Http(server.address());
            http.send(predict(http, "01"));
            http.get("/prediction/1");
        });

        Span whole = named(spans, "POST /v1/models/{model}:predict");
        long before = whole.startNanos();
        for (String part : List.of("decode", "predict", "encode")) {
            Span child = spans.stream()
                    .filter(span -> span.name().equals(part) && span.parentId().equals(whole.spanId()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(part + " among " + spans));
            assertThat(child.traceId()).isEqualTo(TRACE);
            assertThat(child.startNanos()).as(part).isBetween(before, child.endNanos());
            assertThat(child.endNanos()).as(part).isLessThanOrEqualTo(whole.endNanos());
            before = child.endNanos();
        }
        Span row = named(spans, "GET /prediction/{input_value}");
        assertThat(row.parentId()).isEmpty();
        assertThat(row.traceId()).isNotEqualTo(TRACE);
        assertThat(spans.stream()
                        .filter(span -> span.parentId().equals(row.spanId()))
                        .map(Span::name))
                .containsExactlyInAnyOrder("queue", "predict", "encode");
    }

    /** Sends the client's trace with a call. */
    private static final class TraceParentMetadata extends CallCredentials {
        @Override
        public void applyRequestMetadata(RequestInfo call, Executor executor, MetadataApplier applier) {
            Metadata metadata = new Metadata();
            metadata.put(
                    Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER),
                    "00-" + TRACE + "-" + CLIENT + "-01");
            applier.apply(metadata);
        }
    }

    @Test
    void aCallOfGrpcIsASpanToo() {
        List<Span> spans = spans(Sampling.ALWAYS_ON, server -> {
            try (GrpcClient grpc = new GrpcClient(server.port())) {
                grpc.call(
                        "inference.GRPCInferenceService/ModelInfer",
                        ModelInferRequest.newBuilder().setModelName("none").build(),
                        ModelInferResponse.getDefaultInstance(),
                        CallOptions.DEFAULT.withCallCredentials(new TraceParentMetadata()));
            } catch (StatusRuntimeException e) {
                assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
            }
        });

        Span span = named(spans, "inference.GRPCInferenceService/ModelInfer");
        assertThat(span.traceId()).isEqualTo(TRACE);
        assertThat(span.parentId()).isEqualTo(CLIENT);
        assertThat(span.kind()).isEqualTo(SERVER_KIND);
        // Whoever asks for what is not there is to blame for that, not the server.
        assertThat(span.status()).isZero();
        assertThat(span.attributes())
                .containsAllEntriesOf(Map.of(
                        "rpc.system", "grpc",
                        "rpc.service", "inference.GRPCInferenceService",
                        "rpc.method", "ModelInfer",
                        "rpc.grpc.status_code", 5L,
                        "slipway.protocol", "grpc"));
    }

    @Test
    void namesAreFewWhateverIsAsked() {
        List<Span> spans = spans(Sampling.ALWAYS_ON, server -> {
            Http http = new Http(server.address());
            http.get("/nowhere/4711");
            http.get("/v1/models/nope/versions/17");
            http.get("/stats/nope");
            http.send(http.request("/health/ready").method("BREW", HttpRequest.BodyPublishers.noBody()));
        });

        assertThat(spans.stream().map(Span::name))
                .containsExactly(
                        "GET", "GET /v1/models/{model}/versions/{version}", "GET /stats/{model}", "HTTP /health/ready");
        assertThat(spans.get(0).attributes()).doesNotContainKey("http.route");
        assertThat(spans.get(3).attributes()).containsEntry("http.request.method", "_OTHER");
    }

    @Test
    void theServersFaultsAreErrors() {
        try (ModelServer server = ModelServer.follow(options(Sampling.ALWAYS_ON), models -> new NoModels())) {
            server.models().report("line", "1", ModelState.UNAVAILABLE, "no such layer");
            Http http = new Http(server.address());
            assertThat(http.post("/v1/models/line:predict", "{}").statusCode()).isEqualTo(503);
        }

        Span span = named(collector.spans(), "POST /v1/models/{model}:predict");
        assertThat(span.status()).isEqualTo(ERROR);
        assertThat(span.attributes()).containsEntry("error.type", "503");
    }

    /** A directory without models. */
    private static final class NoModels implements ModelSource {
        @Override
        public void begin() {
            // There are none.
        }

        @Override
        public void load(String name) {
            throw new AssertionError(name);
        }

        @Override
        public void unload(String name) {
            throw new AssertionError(name);
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    @Test
    void whatTheClientDoesNotSampleIsNotSent() {
        List<Span> spans = spans(Sampling.PARENTBASED_ALWAYS_ON, server -> {
            Http http = new Http(server.address());
            http.send(predict(http, "00"));
        });

        assertThat(spans).isEmpty();
    }

    @Test
    void theLogNamesTheSpan() {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (ModelServer server =
                ModelServer.start(options(Sampling.ALWAYS_ON).withRequestLog(log), List.of(Models.line()))) {
            new Http(server.address()).get("/prediction/1");
        }

        Span span = named(collector.spans(), "GET /prediction/{input_value}");
        assertThat(log.toString(StandardCharsets.US_ASCII))
                .contains("\"trace_id\":\"" + span.traceId() + "\",\"span_id\":\"" + span.spanId() + "\"");
    }

    /** Predictions do not depend on it, and the server stops in time. */
    @Test
    void aCollectorThatIsGoneHurtsNobody() {
        collector.close();
        List<Span> spans = spans(Sampling.ALWAYS_ON, server -> {
            Http http = new Http(server.address());
            assertThat(http.get("/prediction/1").statusCode()).isEqualTo(200);
        });

        assertThat(spans).isEmpty();
    }
}
