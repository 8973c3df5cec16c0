package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.HostOperator;
import dev.slipway.runtime.Predictor;
import dev.slipway.runtime.Tensor;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.logging.LogFormat;
import dev.slipway.server.logging.LogOptions;
import dev.slipway.server.logging.RequestContext;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** The log of requests as programs read it. */
final class JsonLogTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final ServerOptions OPTIONS = ServerOptions.defaults()
            .withAddress("127.0.0.1", 0)
            .withEventLoops(1)
            .withObserve(ObserveOptions.defaults().withLog(new LogOptions(LogFormat.JSON)));

    /** The lines that requests leave behind. */
    private static List<JsonNode> lines(ServedModel model, Consumer<ModelServer> requests) {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (ModelServer server = ModelServer.start(OPTIONS.withRequestLog(log), List.of(model))) {
            requests.accept(server);
        }
        List<JsonNode> lines = new ArrayList<>();
        log.toString(StandardCharsets.UTF_8).lines().forEach(line -> lines.add(read(line)));
        return lines;
    }

    private static JsonNode read(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError(line, e);
        }
    }

    @Test
    void tellsWhatWasAskedAndWhatBecameOfIt() {
        JsonNode line = lines(Models.line(), server -> {
                    Http http = new Http(server.address());
                    http.send(http.request("/v1/models/line:predict")
                            .header("x-request-id", "mine-1")
                            .header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01")
                            .POST(HttpRequest.BodyPublishers.ofString("{\"instances\": [[1], [2]]}")));
                })
                .get(0);

        assertThat(Duration.between(Instant.parse(line.get("time").textValue()), Instant.now()))
                .isBetween(Duration.ZERO, Duration.ofMinutes(1));
        assertThat(Map.of(
                        "level", line.get("level").textValue(),
                        "logger", line.get("logger").textValue(),
                        "message", line.get("message").textValue(),
                        "request_id", line.get("request_id").textValue(),
                        "trace_id", line.get("trace_id").textValue(),
                        "client", line.get("client").textValue(),
                        "protocol", line.get("protocol").textValue(),
                        "model", line.get("model").textValue(),
                        "version", line.get("version").textValue()))
                .isEqualTo(Map.of(
                        "level", "INFO",
                        "logger", "slipway.access",
                        "message", "POST /v1/models/line:predict 200",
                        "request_id", "mine-1",
                        "trace_id", TRACE,
                        "client", "127.0.0.1",
                        "protocol", "v1",
                        "model", "line",
                        "version", "1"));
        assertThat(line.get("method").textValue()).isEqualTo("POST");
        assertThat(line.get("path").textValue()).isEqualTo("/v1/models/line:predict");
        assertThat(line.get("status").intValue()).isEqualTo(200);
        assertThat(line.get("bytes").intValue()).isPositive();
        assertThat(line.get("batch_rows").intValue()).isEqualTo(2);
        double parts = 0;
        for (String part : List.of("decode_ms", "predict_ms", "encode_ms")) {
            assertThat(line.get(part).doubleValue()).as(part).isNotNegative();
            parts += line.get(part).doubleValue();
        }
        assertThat(line.get("duration_ms").doubleValue()).isGreaterThanOrEqualTo(parts);
    }

    @Test
    void tellsTheTimeThatARowWaitsForOthersOfItsTurn() {
        JsonNode line = lines(Models.line(), server -> new Http(server.address()).get("/prediction/1"))
                .get(0);

        assertThat(line.get("protocol").textValue()).isEqualTo("scalar");
        assertThat(line.get("queue_ms").doubleValue()).isNotNegative();
        assertThat(line.get("batch_rows").intValue()).isEqualTo(1);
    }

    @Test
    void tellsOfCallsOfGrpc() {
        JsonNode line = lines(Models.line(), server -> {
                    try (GrpcClient grpc = new GrpcClient(server.port())) {
                        grpc.infer("line", 1);
                    }
                })
                .get(0);

        assertThat(line.get("path").textValue()).isEqualTo("/inference.GRPCInferenceService/ModelInfer");
        assertThat(line.get("protocol").textValue()).isEqualTo("grpc");
        assertThat(line.get("model").textValue()).isEqualTo("line");
        assertThat(line.get("predict_ms").doubleValue()).isNotNegative();
    }

    @Test
    void staysJsonWhateverIsAskedAndHoldsNoQuery() {
        List<JsonNode> lines = lines(Models.line(), server -> {
            RawHttp.exchange(
                    server.port(),
                    "GET /\"a\\b\" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.ISO_8859_1));
            RawHttp.exchange(
                    server.port(),
                    ("M".repeat(3000) + " /x HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            new Http(server.address()).get("/prediction/1?token=s3cret");
        });

        assertThat(lines).hasSize(3);
        assertThat(lines.get(0).get("path").textValue()).isEqualTo("/\"a\\b\"");
        assertThat(lines.get(0).has("model")).isFalse();
        assertThat(lines.get(0).has("trace_id")).isFalse();
        assertThat(lines.get(1).get("method").textValue()).hasSizeLessThan(300);
        assertThat(lines.get(2).toString()).contains("/prediction/1").doesNotContain("s3cret");
    }

    /** A model that is broken, other than by what it is given. */
    private static ServedModel broken(AtomicBoolean now) {
        HostOperator fails = new HostOperator() {
            @Override
            public String name() {
                return "Fails";
            }

            @Override
            public Tensor apply(List<Tensor> operands) {
                if (now.get()) {
                    throw new IllegalStateException("out of luck");
                }
                return operands.get(0).copy();
            }
        };
        Graph graph = new Graph("broken");
        Shape shape = Shape.of(List.of(Dimension.symbol("batch"), Dimension.of(1)));
        Value x = graph.input("x", DataType.FLOAT, shape);
        graph.output("y", new Ops(graph).host(fails, List.of(x), DataType.FLOAT, shape));
        return ServedModel.of("broken", Predictor.compile(graph, Map.of(), EngineOptions.defaults()));
    }

    @Test
    void theServersOwnLogSaysWhichRequestFailed() {
        Queue<Map<String, String>> about = new ConcurrentLinkedQueue<>();
        Logger logger = Logger.getLogger("dev.slipway.server.http.Exchange");
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                about.add(RequestContext.current());
            }

            @Override
            public void flush() {
                // Nothing is kept back.
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        try {
            AtomicBoolean now = new AtomicBoolean();
            lines(broken(now), server -> {
                now.set(true);
                Http http = new Http(server.address());
                http.send(http.request("/v1/models/broken:predict")
                        .header("x-request-id", "lost")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"instances\": [[1]]}")));
            });
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }

        assertThat(about)
                .containsExactly(Map.of("request_id", "lost", "protocol", "v1", "model", "broken", "version", "1"));
    }
}
