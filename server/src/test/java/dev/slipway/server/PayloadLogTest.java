package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.server.config.ByteSize;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.payload.PayloadOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Predictions that are written down, whatever protocol they came by. */
final class PayloadLogTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ROW = "{\"instances\": [[1.5]]}";

    @TempDir
    private Path directory = Path.of("");

    private Path file = Path.of("");

    @BeforeEach
    void name() {
        file = directory.resolve("payloads.jsonl");
    }

    private static PayloadOptions to(String target, double share, int maxBytes, String... redact) {
        return new PayloadOptions(
                target, share, new ByteSize(maxBytes), List.of(redact), ByteSize.ofMebibytes(1), 1, 4);
    }

    private static ServerOptions options(PayloadOptions payload) {
        return ServerOptions.defaults()
                .withAddress("127.0.0.1", 0)
                .withEventLoops(1)
                .withObserve(ObserveOptions.defaults().withPayload(payload));
    }

    /** The events that requests leave behind, when the server has stopped. */
    private List<JsonNode> events(PayloadOptions payload, ServedModel model, Consumer<ModelServer> requests)
            throws IOException {
        try (ModelServer server = ModelServer.start(options(payload), List.of(model))) {
            requests.accept(server);
        }
        List<JsonNode> events = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            events.add(JSON.readTree(line));
        }
        return events;
    }

    private List<JsonNode> events(PayloadOptions payload, Consumer<ModelServer> requests) throws IOException {
        return events(payload, Models.line(), requests);
    }

    private static void infer(ModelServer server) {
        try (GrpcClient grpc = new GrpcClient(server.port())) {
            grpc.infer("line", 1.5f);
        }
    }

    @Test
    void aPredictionIsTwoEventsOfOneId() throws IOException {
        List<JsonNode> events = events(to(file.toString(), 1, 1000), server -> {
            Http http = new Http(server.address());
            http.send(http.request("/v1/models/line:predict")
                    .header("x-request-id", "r-1")
                    .header("authorization", "Bearer s3cret")
                    .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                    .POST(HttpRequest.BodyPublishers.ofString(ROW)));
        });

        assertThat(events).hasSize(2);
        for (JsonNode event : events) {
            assertThat(event.get("specversion").textValue()).isEqualTo("1.0");
            assertThat(event.get("id").textValue()).isEqualTo("r-1");
            assertThat(event.get("source").textValue()).isEqualTo("/models/line/versions/1");
            assertThat(event.get("inferenceservicename").textValue()).isEqualTo("line");
            assertThat(event.get("modelversion").textValue()).isEqualTo("1");
            assertThat(event.get("protocol").textValue()).isEqualTo("v1");
            assertThat(event.get("traceid").textValue()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
            assertThat(event.get("datacontenttype").textValue()).isEqualTo("application/json");
            assertThat(Instant.parse(event.get("time").textValue())).isBefore(Instant.now());
            assertThat(event.toString()).doesNotContain("s3cret");
            event.fieldNames().forEachRemaining(name -> assertThat(name).matches("[a-z0-9]+|data_base64"));
        }
        assertThat(events.get(0).get("type").textValue()).isEqualTo("org.kubeflow.serving.inference.request");
        assertThat(events.get(0).get("data").toString()).isEqualTo("{\"instances\":[[1.5]]}");
        assertThat(events.get(0).get("datalength").intValue()).isEqualTo(ROW.length());
        assertThat(events.get(1).get("type").textValue()).isEqualTo("org.kubeflow.serving.inference.response");
        assertThat(events.get(1).get("statuscode").intValue()).isEqualTo(200);
        assertThat(events.get(1).get("data").toString()).isEqualTo("{\"predictions\":[[5.5]]}");
    }

    @Test
    void everyProtocolIsWritten() throws IOException {
        List<JsonNode> events = events(to(file.toString(), 1, 1000), server -> {
            Http http = new Http(server.address());
            http.get("/prediction/1.5");
            http.post("/models/line/predict", "{\"x\": [1.5]}");
            http.post(
                    "/v2/models/line/infer",
                    "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[1.5]}]}");
            http.send(http.request("/invocations")
                    .header("content-type", "text/csv")
                    .POST(HttpRequest.BodyPublishers.ofString("x\n1.5\n")));
            infer(server);
        });

        assertThat(events).hasSize(10);
        assertThat(events.stream()
                        .map(event -> event.get("protocol").textValue())
                        .distinct())
                .containsExactly("scalar", "typed", "v2", "mlflow", "grpc");
        assertThat(events.get(0).get("data").toString()).isEqualTo("{\"input_value\":1.5}");
        assertThat(events.get(6).get("datacontenttype").textValue()).isEqualTo("text/csv");
        assertThat(events.get(6).get("data").textValue()).isEqualTo("x\n1.5\n");
        assertThat(events.get(8).at("/data/model_name").textValue()).isEqualTo("line");
        assertThat(events.get(8).at("/data/inputs/0/contents/fp32_contents/0").doubleValue())
                .isEqualTo(1.5);
        assertThat(events.get(9).at("/data/outputs/0/name").textValue()).isEqualTo("y");
        for (int i = 1; i < events.size(); i += 2) {
            assertThat(events.get(i).get("data").toString()).contains("5.5");
            assertThat(events.get(i).get("id")).isEqualTo(events.get(i - 1).get("id"));
        }
    }

    @Test
    void numbersAreWrittenAsTheyCame() throws IOException {
        String rows = "[[10.0],[0.1234567890123456789]]";
        events(
                to(file.toString(), 1, 1000),
                server -> new Http(server.address()).post("/v1/models/line:predict", "{\"instances\": " + rows + "}"));

        assertThat(Files.readString(file)).contains(rows);
    }

    @Test
    void aFailureIsWrittenToo() throws IOException {
        List<JsonNode> events = events(to(file.toString(), 1, 1000), server -> {
            Http http = new Http(server.address());
            http.post("/v1/models/line:predict", "not JSON");
        });

        assertThat(new String(events.get(0).get("data_base64").binaryValue(), StandardCharsets.UTF_8))
                .isEqualTo("not JSON");
        assertThat(events.get(1).get("statuscode").intValue()).isEqualTo(400);
        assertThat(events.get(1).at("/data/error").textValue()).isNotEmpty();
    }

    @Test
    void ofALongBodyOnlyTheBeginningIsWritten() throws IOException {
        List<JsonNode> events = events(
                to(file.toString(), 1, 10), server -> new Http(server.address()).post("/v1/models/line:predict", ROW));

        assertThat(events.get(0).get("data").textValue()).isEqualTo(ROW.substring(0, 10));
        assertThat(events.get(0).get("datatruncated").booleanValue()).isTrue();
        assertThat(events.get(0).get("datalength").intValue()).isEqualTo(ROW.length());
    }

    @Test
    void whatIsToBeRedactedIsInNoProtocolsEvents() throws IOException {
        List<JsonNode> events = events(to(file.toString(), 1, 1000, "x"), server -> {
            Http http = new Http(server.address());
            http.get("/prediction/1.5");
            http.post("/v1/models/line:predict", ROW);
            http.post("/v1/models/line:predict", "{\"instances\": [[\"1.5x\"]]}");
            http.post("/models/line/predict", "{\"x\": [1.5]}");
            http.send(http.request("/invocations")
                    .header("content-type", "text/csv")
                    .POST(HttpRequest.BodyPublishers.ofString("x\n1.5\n")));
            http.post(
                    "/v1/models/line:predict", "{\"instances\": [[1.5]], \"padding\": \"" + "1.5".repeat(1000) + "\"}");
            http.post("/v1/models/line:predict", "1.5 {");
            infer(server);
        });

        assertThat(events).hasSize(16);
        for (int i = 0; i < events.size(); i += 2) {
            ObjectNode event = events.get(i).deepCopy();
            // The server's own, and now and then it is 11.5 s after the minute.
            event.remove("time");
            assertThat(event.toString()).doesNotContain("1.5").containsAnyOf("[redacted]", "dataomitted");
            assertThat(events.get(i + 1).toString()).doesNotContain("1.5x");
        }
    }

    @Test
    void otherInputsStay() throws IOException {
        String row = "{\"instances\": [{\"matrix\": [[1,2,3],[4,5,6]], \"count\": 77}]}";
        List<JsonNode> events = events(
                to(file.toString(), 1, 1000, "count"),
                Models.mixed(),
                server -> new Http(server.address()).post("/v1/models/mixed:predict", row));

        assertThat(events.get(0).get("data").toString())
                .isEqualTo("{\"instances\":[{\"matrix\":[[1,2,3],[4,5,6]],\"count\":\"[redacted]\"}]}");
    }

    @Test
    void aShareIsAShare() throws IOException {
        List<JsonNode> events = events(to(file.toString(), 0.5, 1000), server -> {
            Http http = new Http(server.address());
            for (int i = 0; i < 60; i++) {
                http.get("/prediction/1.5");
            }
        });

        // Twice 10 to 50 of 60 by chance: all but once in ten million runs.
        assertThat(events.size()).isBetween(20, 100);
    }

    @Test
    void nothingIsWrittenWhereNothingIsAskedFor() {
        try (ModelServer server = ModelServer.start(options(to(file.toString(), 0, 1000)), List.of(Models.line()))) {
            assertThat(new Http(server.address()).get("/prediction/1.5").statusCode())
                    .isEqualTo(200);
        }

        assertThat(file).doesNotExist();
    }

    @Test
    void aFileThatCannotBeOpenedEndsTheStart() {
        PayloadOptions options = to(directory.resolve("no/such").toString(), 1, 1000);

        assertThatThrownBy(() -> ModelServer.start(options(options), List.of(Models.line())))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("payload.target: '" + options.target() + "' (expected: a file");
    }

    @Test
    void anAddressGetsAnEventAPost() throws IOException {
        Queue<String> posts = new ConcurrentLinkedQueue<>();
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            posts.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("content-type") + " " + body);
            exchange.sendResponseHeaders(202, -1);
            exchange.close();
        });
        receiver.start();
        String address = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/events";
        try (ModelServer server = ModelServer.start(options(to(address, 1, 1000)), List.of(Models.line()))) {
            new Http(server.address()).get("/prediction/1.5");
        } finally {
            receiver.stop(0);
        }

        assertThat(posts).hasSize(2);
        assertThat(posts)
                .allSatisfy(post -> assertThat(post)
                        .startsWith(
                                "POST /events application/cloudevents+json; charset=utf-8 {\"specversion\":\"1.0\""));
    }

    @Test
    void anAddressThatNobodyListensAtHurtsNoPrediction() throws IOException {
        // A port that is taken, so that nobody else listens at it, and refuses connections.
        try (Socket deaf = new Socket()) {
            deaf.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            String target = "http://127.0.0.1:" + deaf.getLocalPort();
            try (ModelServer server = ModelServer.start(options(to(target, 1, 1000)), List.of(Models.line()))) {
                Http http = new Http(server.address());
                assertThat(http.get("/prediction/1.5").statusCode()).isEqualTo(200);

                Eventually.holds(() -> assertThat(http.get("/metrics").body())
                        .contains("slipway_payload_events_total{outcome=\"failed\"} "));
            }
        }
    }

    @Test
    void aSlowAddressHoldsNothingUpAndWhatDoesNotFitIsCounted() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        receiver.start();
        String address = "http://127.0.0.1:" + receiver.getAddress().getPort();
        try (ModelServer server = ModelServer.start(options(to(address, 1, 1000)), List.of(Models.line()))) {
            Http http = new Http(server.address());
            for (int i = 0; i < 20; i++) {
                assertThat(http.get("/prediction/1.5").statusCode()).isEqualTo(200);
            }

            // One is on its way, four wait.
            assertThat(http.get("/metrics").body())
                    .containsPattern("slipway_payload_events_total\\{outcome=\"dropped\"} 3[02].0");
            end.countDown();
        } finally {
            end.countDown();
            receiver.stop(0);
        }
    }
}
