package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Predictor;
import dev.slipway.server.directory.DirectoryOptions;
import dev.slipway.server.directory.ModelDirectory;
import dev.slipway.server.directory.ModelLoader;
import dev.slipway.server.grpc.proto.ModelStreamInferResponse;
import dev.slipway.server.inference.Answers;
import dev.slipway.server.inference.Batching;
import dev.slipway.server.inference.LoadOptions;
import dev.slipway.server.inference.ModelBatching;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.inference.Statistics;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server does when more comes than it can do. */
final class LoadTest {
    /** As many calls as workers do at once. */
    private static final int AT_ONCE = Math.max(2, Runtime.getRuntime().availableProcessors());

    private final Gated gated = new Gated();

    @AfterEach
    void open() {
        gated.open();
    }

    private static ServerOptions options(LoadOptions load) {
        return ServerOptions.defaults()
                .withAddress("127.0.0.1", 0)
                .withEventLoops(2)
                .withLoad(load);
    }

    private ModelServer serve(LoadOptions load) {
        return ModelServer.start(options(load), List.of(gated.model("m")));
    }

    /** Every file is the gated model. */
    private final class GatedLoader implements ModelLoader {
        @Override
        public boolean reads(Path file) {
            return file.endsWith("model.keras");
        }

        @Override
        public Predictor load(Path file) {
            return gated.predictor("m");
        }
    }

    private static CompletableFuture<HttpResponse<String>> predict(Http http, int number, String... headers) {
        var request = http.request("/v1/models/m:predict")
                .POST(BodyPublishers.ofString("{\"instances\": [[" + number + "]]}"));
        return http.later(headers.length == 0 ? request : request.headers(headers));
    }

    /** One request with each worker, which the gate holds there. */
    private List<CompletableFuture<HttpResponse<String>>> occupyWorkers(Http http) {
        gated.shut();
        List<CompletableFuture<HttpResponse<String>>> first = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            first.add(predict(http, i));
            gated.awaitBegun(i + 1);
        }
        return first;
    }

    private static String answer(int number) {
        return "{\"predictions\":[[" + number + ".0]]}";
    }

    private static int waiting(ModelServer server) {
        return server.models().latest().get(0).waiting();
    }

    @Test
    void refusesAtOnceWhatFindsNoRoomAndAnswersTheRest() {
        int queue = AT_ONCE + 3;
        try (ModelServer server = serve(LoadOptions.defaults().withQueue(queue))) {
            Http http = new Http(server.address());
            List<CompletableFuture<HttpResponse<String>>> asked = occupyWorkers(http);
            for (int i = asked.size(); i < 10 * queue; i++) {
                asked.add(predict(http, i));
            }
            Eventually.holds(() -> assertThat(asked.stream().filter(CompletableFuture::isDone))
                    .as("refused while the others wait")
                    .hasSize(9 * queue));
            asked.stream().filter(CompletableFuture::isDone).forEach(done -> {
                assertThat(done.join().statusCode()).isEqualTo(429);
                assertThat(done.join().headers().firstValue("retry-after")).contains("1");
                assertThat(done.join().body()).contains(queue + " requests wait already (expected: fewer");
            });
            gated.open();

            for (int i = 0; i < asked.size(); i++) {
                HttpResponse<String> done = asked.get(i).join();
                if (done.statusCode() != 429) {
                    assertThat(done.body()).isEqualTo(answer(i));
                }
            }
            assertThat(predict(http, 7).join().body()).isEqualTo(answer(7));
        }
    }

    /** Calls as streams, whose other requests go on. */
    @Test
    void tellsCallsOfGrpcWhenToTryAgain() {
        try (ModelServer server = serve(LoadOptions.defaults().withQueue(AT_ONCE));
                GrpcClient grpc = new GrpcClient(server.port())) {
            List<CompletableFuture<HttpResponse<String>>> held = occupyWorkers(new Http(server.address()));
            StatusRuntimeException full = catchThrowableOfType(StatusRuntimeException.class, () -> grpc.infer("m", 1));
            assertThat(full.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(GrpcClient.pushbackMillis(full)).isEqualTo("1000");

            List<ModelStreamInferResponse> streamed = grpc.stream(
                    "inference.GRPCInferenceService/ModelStreamInfer",
                    Collections.nCopies(300, GrpcClient.question("m", 1)),
                    ModelStreamInferResponse.getDefaultInstance());
            assertThat(streamed)
                    .hasSize(300)
                    .allMatch(each -> each.getErrorMessage().contains("requests wait already"));
            gated.open();
            held.forEach(each -> assertThat(each.join().statusCode()).isEqualTo(200));
        }
    }

    @Test
    void refusesBeforeTheBodyHasComeAndUsesTheConnectionAgain() throws IOException {
        String body = "{\"instances\": [[7]]}";
        String head = "POST /v1/models/m:predict HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n";
        try (ModelServer server = serve(LoadOptions.defaults().withQueue(AT_ONCE));
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            List<CompletableFuture<HttpResponse<String>>> first = occupyWorkers(new Http(server.address()));
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));

            assertThat(readAnswer(socket.getInputStream()))
                    .startsWith("HTTP/1.1 429 ")
                    .contains("slipway-model-version: 1")
                    .contains(AT_ONCE + " requests wait already (expected: fewer");
            gated.open();
            first.forEach(each -> assertThat(each.join().statusCode()).isEqualTo(200));
            Eventually.holds(() -> assertThat(waiting(server)).isZero());
            socket.getOutputStream().write((body + head + body).getBytes(StandardCharsets.US_ASCII));
            assertThat(readAnswer(socket.getInputStream()))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith(answer(7));
            Statistics statistics = server.models().latest().get(0).statistics();
            assertThat(statistics.fail().count()).isEqualTo(1);
            assertThat(statistics.answers().failures()).containsEntry(Answers.Failure.OVERLOADED, 1L);
        }
    }

    /** An answer with its head, of a connection that stays open. */
    private static String readAnswer(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        String lengthAndRest = head.substring(head.indexOf("content-length: ") + "content-length: ".length());
        int length = Integer.parseInt(lengthAndRest.substring(0, lengthAndRest.indexOf('\r')));
        return head + new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    @Test
    void beginsNoWorkWhoseTimeIsOver() {
        try (ModelServer server = serve(LoadOptions.defaults())) {
            Http http = new Http(server.address());
            List<CompletableFuture<HttpResponse<String>>> first = occupyWorkers(http);
            HttpResponse<String> late =
                    predict(http, 77, "Slipway-Timeout", "5ms").join();

            assertThat(late.statusCode()).isEqualTo(504);
            assertThat(late.body()).contains("the time was over before a worker was free");
            CompletableFuture<HttpResponse<String>> patient = predict(http, 5, "Slipway-Timeout", "60s");
            gated.open();
            assertThat(patient.join().body()).isEqualTo(answer(5));
            first.forEach(each -> assertThat(each.join().statusCode()).isEqualTo(200));
            assertThat(gated.calls).as("rows computed").hasSize(AT_ONCE + 1);
            assertThat(predict(http, 1, "Slipway-Timeout", "soon").join().body())
                    .contains("expected: a time such as 250ms");
        }
    }

    @Test
    void whatWaitsTogetherGoesTogether() {
        try (ModelServer server = serve(LoadOptions.defaults().withBatchLatency(Duration.ofHours(1)))) {
            List<Integer> numbers = askWhileBusy(server, 12);

            assertThat(numbers).hasSize(12);
            assertThat(gated.calls.size()).as("calls").isLessThanOrEqualTo(2 * AT_ONCE);
            assertThat(gated.calls.stream().mapToLong(Long::longValue).sum()).isEqualTo(AT_ONCE + 12L);
        }
    }

    @Test
    void whereBatchingIsOffEverybodyGoesAlone() {
        try (ModelServer server = serve(LoadOptions.defaults().withBatching(Batching.OFF))) {
            askWhileBusy(server, 6);

            assertThat(gated.calls).hasSize(AT_ONCE + 6).containsOnly(1L);
        }
    }

    /** A model is loaded anew when its batching changes, so that no request sees half of a change. */
    @Test
    void aModelGoesTogetherAsItsServingJsonSays(@TempDir Path directory) throws IOException {
        Path folder = Files.createDirectories(directory.resolve("m/1"));
        Files.writeString(folder.resolve("model.keras"), "gated");
        Path serving = directory.resolve("m/serving.json");
        Files.writeString(serving, "{\"batching\": {\"mode\": \"on\", \"rows\": 2, \"latency-millis\": 3600000}}");
        DirectoryOptions atOnce = DirectoryOptions.defaults().withTimes(Duration.ofMillis(100), Duration.ZERO);
        try (ModelServer server = ModelServer.follow(
                options(LoadOptions.defaults()),
                models -> new ModelDirectory(models, directory, new GatedLoader(), atOnce))) {
            askWhileBusy(server, 6);
            assertThat(gated.calls).as("rows of calls").contains(2L).allMatch(rows -> rows <= 2);

            ServedModel before = server.models().latest().get(0);
            Files.writeString(serving, "{\"batching\": \"off\"}");
            Eventually.holds(() ->
                    assertThat(server.models().latest()).doesNotContain(before).hasSize(1));
            askWhileBusy(server, 6);
            assertThat(gated.calls).hasSize(AT_ONCE + 6).containsOnly(1L);

            for (String wrong : List.of("\"sometimes\"", "{\"rows\": 0}", "{\"rows\": 1.5}", "{\"latency\": 5}")) {
                Files.writeString(serving, "{\"batching\": " + wrong + "}");
                Eventually.holds(
                        () -> assertThat(server.models().index().toString()).contains("serving.json: batching"));
                Files.writeString(serving, "{\"batching\": \"off\"}");
                Eventually.holds(
                        () -> assertThat(server.models().index().toString()).doesNotContain("serving.json: batching"));
            }
        }
    }

    @Test
    void aModelThatCannotGoTogetherIsRefusedIfItMust() {
        ModelBatching on = new ModelBatching(Optional.of(ModelBatching.Mode.ON), Optional.empty(), Optional.empty());
        Graph graph = new Graph("sum");
        Value numbers = graph.input("x", DataType.FLOAT, Shape.of(3));
        graph.output("y", new Ops(graph).reduceSum(numbers, true, 0));
        try (Predictor sum = Predictor.compile(graph, Map.of(), EngineOptions.defaults())) {
            assertThatThrownBy(() -> ServedModel.of("sum", "1", sum, on))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("batching: on (expected: off or auto for a model that has inputs or outputs");
        }
    }

    /** Every answer is that of its own request. */
    private List<Integer> askWhileBusy(ModelServer server, int count) {
        Http http = new Http(server.address());
        List<CompletableFuture<HttpResponse<String>>> first = occupyWorkers(http);
        List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            asked.add(predict(http, 100 + i));
        }
        Eventually.holds(() -> assertThat(waiting(server)).isEqualTo(AT_ONCE + count));
        gated.open();
        first.forEach(each -> assertThat(each.join().statusCode()).isEqualTo(200));
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            assertThat(asked.get(i).join().body()).isEqualTo(answer(100 + i));
            numbers.add(i);
        }
        return numbers;
    }

    @Test
    void whoSendsWhatIsRefusedHarmsNobodyElse() {
        try (ModelServer server = serve(LoadOptions.defaults())) {
            Http http = new Http(server.address());
            occupyWorkers(http);
            CompletableFuture<HttpResponse<String>> good = predict(http, 3);
            CompletableFuture<HttpResponse<String>> bad = predict(http, -1);
            CompletableFuture<HttpResponse<String>> alsoGood = predict(http, 4);
            Eventually.holds(() -> assertThat(waiting(server)).isEqualTo(AT_ONCE + 3));
            gated.open();

            assertThat(good.join().body()).isEqualTo(answer(3));
            assertThat(alsoGood.join().body()).isEqualTo(answer(4));
            assertThat(bad.join().statusCode()).isEqualTo(400);
            assertThat(bad.join().body()).contains("-1.0 (expected: at least 0)");
        }
    }

    @Test
    void refusesMoreRowsThanARequestMayHave() {
        try (ModelServer server = serve(LoadOptions.defaults().withMaxRows(2))) {
            Http http = new Http(server.address());
            assertThat(http.post("/v1/models/m:predict", "{\"instances\": [[1], [2]]}")
                            .statusCode())
                    .isEqualTo(200);
            HttpResponse<String> many = http.post("/v1/models/m:predict", "{\"instances\": [[1], [2], [3]]}");
            assertThat(many.statusCode()).isEqualTo(400);
            assertThat(many.body()).contains("3 rows").contains("expected: at most 2, from load.max-rows");
        }
    }

    @Test
    void endsWhatWaitsForAModelThatIsRemoved() {
        try (ModelServer server = serve(LoadOptions.defaults())) {
            Http http = new Http(server.address());
            List<CompletableFuture<HttpResponse<String>>> first = occupyWorkers(http);
            CompletableFuture<HttpResponse<String>> waiting = predict(http, 9);
            Eventually.holds(() -> assertThat(waiting(server)).isEqualTo(AT_ONCE + 1));
            server.models().remove("m", "1");
            gated.open();

            assertThat(waiting.join().body()).isEqualTo(answer(9));
            first.forEach(each -> assertThat(each.join().statusCode()).isEqualTo(200));
            assertThat(predict(http, 1).join().statusCode()).isEqualTo(404);
        }
    }
}
