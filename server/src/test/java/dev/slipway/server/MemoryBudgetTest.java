package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.runtime.Predictor;
import dev.slipway.server.config.ByteSize;
import dev.slipway.server.directory.DirectoryOptions;
import dev.slipway.server.directory.MemoryBudget;
import dev.slipway.server.directory.ModelDirectory;
import dev.slipway.server.directory.ModelLoader;
import dev.slipway.server.grpc.proto.ModelMetadataRequest;
import dev.slipway.server.grpc.proto.ModelMetadataResponse;
import dev.slipway.server.grpc.proto.ModelReadyRequest;
import dev.slipway.server.grpc.proto.ModelReadyResponse;
import dev.slipway.server.inference.Lease;
import dev.slipway.server.models.ModelAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory of models that take more memory than they may: what is asked for is loaded, what was not used longest goes. */
final class MemoryBudgetTest {
    private static final ServerOptions OPTIONS =
            ServerOptions.defaults().withAddress("127.0.0.1", 0).withEventLoops(2);

    private static final String INFERENCE = "inference.GRPCInferenceService/";

    /** Every file of a test is as long as this; before the first load it is taken for twice as large. */
    private static final int FILE_BYTES = 100;

    @TempDir
    private Path directory = Path.of("");

    private final Factors factors = new Factors();

    /** Files that hold the factor of {@code y = factor * x}; what is loaded when is told. */
    private static final class Factors implements ModelLoader {
        private static final int EVERYBODY = 1_000;

        private final Queue<String> loads = new ConcurrentLinkedQueue<>();
        private final Semaphore gate = new Semaphore(EVERYBODY);

        @Override
        public boolean reads(Path file) {
            return file.toString().endsWith(".factor");
        }

        @Override
        public Predictor load(Path file) {
            gate.acquireUninterruptibly();
            gate.release();
            try {
                String factor = Files.readString(file).strip();
                loads.add(factor);
                return Models.times(Float.parseFloat(factor));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void shut() {
            gate.drainPermits();
        }

        void open() {
            gate.release(EVERYBODY);
        }
    }

    /** A server with room for some files; what they take is the length of the file. */
    private ModelServer serve(int files, Duration loadWait, ServerOptions options) {
        DirectoryOptions following =
                new DirectoryOptions(true, Duration.ofMillis(100), Duration.ZERO, 1, loadWait, Optional.empty());
        MemoryBudget budget = MemoryBudget.measuredBy(new ByteSize((long) files * FILE_BYTES), () -> 0);
        return ModelServer.follow(
                options, models -> new ModelDirectory(models, directory, factors, following, Optional.of(budget)));
    }

    private ModelServer serve(int files) {
        return serve(files, Duration.ofSeconds(60), OPTIONS);
    }

    private void put(String path, String content) throws IOException {
        Path file = directory.resolve(path);
        Files.createDirectories(file.getParent());
        Path written = Files.writeString(directory.resolve(".written"), content);
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private void putFactor(String path, String factor) throws IOException {
        put(path, String.format("%-" + FILE_BYTES + "s", factor));
    }

    /** Models {@code m1}, {@code m2}, …, which multiply by their number. */
    private void putModels(int count) throws IOException {
        for (int i = 1; i <= count; i++) {
            putFactor("m" + i + "/1/model.factor", Integer.toString(i));
        }
    }

    private static String predict(Http http, String model) {
        return ask(http, model).body();
    }

    private static HttpResponse<String> ask(Http http, String model) {
        return http.post("/v1/models/" + model + ":predict", "{\"instances\": [[1]]}");
    }

    private static String answer(int factor) {
        return "{\"predictions\":[[" + factor + ".0]]}";
    }

    private static List<String> loaded(ModelServer server) {
        return server.models().index().stream()
                .filter(each -> each.state().name().equals("READY"))
                .map(each -> each.name())
                .toList();
    }

    @Test
    void answersForEveryModelAndUnloadsWhatWasNotUsedLongest() throws IOException {
        putModels(4);
        try (ModelServer server = serve(3)) {
            Http http = new Http(server.address());
            // Each is taken for twice its file before it was loaded, so the third does not fit at the start.
            assertThat(loaded(server)).containsExactly("m1", "m2");
            assertThat(server.modelNames()).containsExactly("m1", "m2", "m3", "m4");

            assertThat(predict(http, "m3")).isEqualTo(answer(3));
            assertThat(loaded(server)).containsExactly("m2", "m3");
            assertThat(predict(http, "m2")).isEqualTo(answer(2));
            assertThat(predict(http, "m4")).isEqualTo(answer(4));
            assertThat(loaded(server)).containsExactly("m2", "m4");
            // What it takes is known by now, and fits.
            assertThat(predict(http, "m1")).isEqualTo(answer(1));
            assertThat(loaded(server)).containsExactly("m1", "m2", "m4");

            assertThat(http.get("/metrics").body())
                    .contains("slipway_memory_budget_bytes 300.0")
                    .contains("slipway_models_loaded_bytes 300.0")
                    .contains("slipway_models_loads_on_demand_total 3.0")
                    .contains("slipway_models_evictions_total 2.0")
                    .contains("slipway_model_state{model=\"m3\",state=\"ON_DEMAND\",version=\"1\"} 1.0");
        }
    }

    @Test
    void showsWhatIsOnDemandAsReadyInEveryProtocol() throws IOException {
        putModels(2);
        try (ModelServer server = serve(2);
                GrpcClient grpc = new GrpcClient(server.port())) {
            Http http = new Http(server.address());
            assertThat(loaded(server)).containsExactly("m1");

            assertThat(http.post("/v2/repository/index", "").body())
                    .contains("{\"name\":\"m2\",\"version\":\"1\",\"state\":\"ON_DEMAND\",\"reason\":\"\"}");
            assertThat(http.get("/v2/models/m2/ready").statusCode()).isEqualTo(200);
            assertThat(http.get("/v1/models/m2").body()).contains("\"AVAILABLE\"", "\"ready\":true");
            assertThat(http.get("/v1/models").body()).isEqualTo("{\"models\":[\"m1\",\"m2\"]}");
            assertThat(http.get("/models").body()).contains("m2");
            assertThat(http.get("/health/ready").statusCode()).isEqualTo(200);
            assertThat(http.get("/ping").statusCode()).isEqualTo(200);
            ModelReadyRequest ready =
                    ModelReadyRequest.newBuilder().setName("m2").build();
            assertThat(grpc.call(INFERENCE + "ModelReady", ready, ModelReadyResponse.getDefaultInstance())
                            .getReady())
                    .isTrue();
            assertThat(factors.loads).doesNotContain("2");
        }
    }

    @Test
    void loadsForEveryProtocol() throws IOException {
        putModels(2);
        String infer = "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,1],\"data\":[1]}]}";
        List<Function<Http, String>> asks = List.of(
                http -> http.post("/v1/models/m2:predict", "{\"instances\": [[1]]}")
                        .body(),
                http -> http.post("/v2/models/m2/infer", infer).body(),
                http -> http.post("/models/m2/predict", "{\"x\": [1]}").body(),
                http -> http.post("/models/m2/invoke", "{\"instances\": [[1]]}").body());
        try (ModelServer server = serve(1)) {
            Http http = new Http(server.address());
            for (Function<Http, String> ask : asks) {
                assertThat(predict(http, "m1")).isEqualTo(answer(1));
                assertThat(loaded(server)).containsExactly("m1");
                assertThat(ask.apply(http)).contains("2.0");
                assertThat(loaded(server)).containsExactly("m2");
            }
        }
    }

    @Test
    void loadsForCallsOfGrpc() throws IOException {
        putModels(2);
        try (ModelServer server = serve(1);
                GrpcClient grpc = new GrpcClient(server.port())) {
            ModelMetadataRequest about =
                    ModelMetadataRequest.newBuilder().setName("m2").build();
            assertThat(grpc.call(INFERENCE + "ModelMetadata", about, ModelMetadataResponse.getDefaultInstance())
                            .getInputs(0)
                            .getName())
                    .isEqualTo("x");
            assertThat(predict(new Http(server.address()), "m1")).isEqualTo(answer(1));
            assertThat(grpc.infer("m2", 1).getOutputs(0).getContents().getFp32Contents(0))
                    .isEqualTo(2);
            assertThat(loaded(server)).containsExactly("m2");
        }
    }

    @Test
    void describesWhatHasNeverBeenLoadedAndWhatHasBeenUnloaded() throws IOException {
        putModels(2);
        try (ModelServer server = serve(2)) {
            Http http = new Http(server.address());
            assertThat(http.get("/v2/models/m2").body()).contains("\"name\":\"x\"");
            assertThat(factors.loads).containsExactly("1", "2");
            assertThat(http.get("/v2/models/m1").body()).contains("\"name\":\"x\"");
            assertThat(http.get("/v1/models/m1/metadata").body()).contains("serving_default");
            assertThat(http.get("/prediction/7").body()).isEqualTo("{\"prediction\":[[7.0]]}");
        }
    }

    @Test
    void manyWhoAskAtOnceCauseOneLoad() throws IOException {
        putModels(2);
        try (ModelServer server = serve(1)) {
            Http http = new Http(server.address());
            predict(http, "m1");
            factors.loads.clear();
            factors.shut();
            List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                waiting.add(http.later(http.request("/v1/models/m2:predict")
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString("{\"instances\": [[1]]}"))));
            }
            // No event loop waits for the load.
            assertThat(http.get("/health/live").statusCode()).isEqualTo(200);
            factors.open();

            assertThat(waiting.stream().map(each -> each.join().body())).containsOnly(answer(2));
            assertThat(factors.loads).containsExactly("2");
        }
    }

    @Test
    void unloadsNothingThatAnswersARequest() throws IOException {
        putModels(2);
        try (ModelServer server = serve(1, Duration.ofMillis(200), OPTIONS)) {
            Http http = new Http(server.address());
            predict(http, "m1");
            HttpResponse<String> refused;
            try (Lease lease = server.models().lease(ModelAddress.of("m1"))) {
                refused = ask(http, "m2");
                assertThat(lease.model().isClosed()).isFalse();
            }

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("retry-after")).hasValue("1");
            assertThat(predict(http, "m1")).isEqualTo(answer(1));
            // The load may take longer than a request waits here: then a later one finds it done.
            Eventually.holds(() -> assertThat(predict(http, "m2")).isEqualTo(answer(2)));
        }
    }

    @Test
    void saysWhatIsInTheWayWhenThereIsNoRoom() throws IOException {
        putModels(2);
        put("m1/serving.json", "{\"pinned\": true}");
        try (ModelServer server = serve(1, Duration.ofMillis(200), OPTIONS)) {
            Http http = new Http(server.address());
            HttpResponse<String> refused = ask(http, "m2");

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body())
                    .contains("model 'm2' version 1: needs 100B of memory, and 100B of memory-budget 100B are taken by"
                            + " models that are pinned or answer requests");
            assertThat(loaded(server)).containsExactly("m1");
        }
    }

    /** Whoever waits less long than the server hears of it, too. */
    @Test
    void saysWhatIsInTheWayToThoseWhoDoNotWaitForTheEnd() throws IOException {
        putModels(2);
        put("m1/serving.json", "{\"pinned\": true}");
        try (ModelServer server = serve(1, Duration.ofMinutes(10), OPTIONS)) {
            Http http = new Http(server.address());
            Eventually.holds(() -> assertThat(http.send(http.request("/v1/models/m2:predict")
                                    .header("slipway-timeout", "50ms")
                                    .POST(BodyPublishers.ofString("{\"instances\": [[1]]}")))
                            .body())
                    .contains("model 'm2' version 1: needs 100B of memory"));
        }
    }

    @Test
    void waitsNoLongerThanTheClient() throws IOException {
        putModels(2);
        try (ModelServer server = serve(1)) {
            Http http = new Http(server.address());
            predict(http, "m1");
            factors.shut();
            HttpResponse<String> refused = http.send(http.request("/v1/models/m2:predict")
                    .header("content-type", "application/json")
                    .header("slipway-timeout", "50ms")
                    .POST(BodyPublishers.ofString("{\"instances\": [[1]]}")));
            factors.open();

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("model 'm2' version 1: is not loaded in time; try again later");
            Eventually.holds(() -> assertThat(predict(http, "m2")).isEqualTo(answer(2)));
        }
    }

    @Test
    void refusesMoreWaitingRequestsThanMayQueue() throws IOException {
        putModels(2);
        ServerOptions options =
                OPTIONS.withEventLoops(1).withLoad(OPTIONS.load().withQueue(2));
        try (ModelServer server = serve(1, Duration.ofSeconds(60), options)) {
            Http http = new Http(server.address());
            predict(http, "m1");
            factors.shut();
            List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                waiting.add(http.later(http.request("/v1/models/m2:predict")
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString("{\"instances\": [[1]]}"))));
            }
            CompletableFuture.anyOf(waiting.toArray(CompletableFuture[]::new)).join();
            HttpResponse<String> refused = waiting.stream()
                    .filter(CompletableFuture::isDone)
                    .findFirst()
                    .orElseThrow()
                    .join();
            factors.open();

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("2 requests wait for it to be loaded already");
            assertThat(waiting.stream().filter(each -> each.join().statusCode() == 200))
                    .hasSize(2);
        }
    }

    @Test
    void aFileThatCannotBeLoadedIsSaidSoAndAnOlderVersionAnswers() throws IOException {
        putModels(1);
        putFactor("m2/1/model.factor", "21");
        putFactor("m2/2/model.factor", "no number");
        try (ModelServer server = serve(1)) {
            Http http = new Http(server.address());
            HttpResponse<String> refused = ask(http, "m2/versions/2");

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("version 2 is UNAVAILABLE: For input string");
            assertThat(predict(http, "m2")).isEqualTo(answer(21));
            assertThat(predict(http, "m1")).isEqualTo(answer(1));
            assertThat(predict(http, "m2")).isEqualTo(answer(21));
        }
    }

    @Test
    void aModelThatIsLargerThanTheBudgetIsNamedWithItsSize() throws IOException {
        putModels(1);
        put("large.factor", String.format("%-" + 3 * FILE_BYTES + "s", "3"));
        try (ModelServer server = serve(2)) {
            Http http = new Http(server.address());
            HttpResponse<String> refused = ask(http, "large");

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("takes 300B of memory (expected: at most memory-budget 200B)");
            assertThat(predict(http, "m1")).isEqualTo(answer(1));
        }
    }

    @Test
    void whatIsPinnedStays() throws IOException {
        putModels(3);
        put("m3/serving.json", "{\"pinned\": true}");
        try (ModelServer server = serve(2)) {
            Http http = new Http(server.address());
            assertThat(loaded(server)).containsExactly("m3");
            for (String model : List.of("m1", "m2", "m1", "m2")) {
                assertThat(predict(http, model)).contains("predictions");
                assertThat(loaded(server)).contains("m3");
            }
            put("m3/serving.json", "{}");
            Eventually.holds(() -> {
                predict(http, "m1");
                predict(http, "m2");
                assertThat(loaded(server)).containsExactly("m1", "m2");
            });
        }
    }

    @Test
    void aVersionThatIsReplacedWhileItIsUnloadedAnswersAsItsFileIsNow() throws IOException {
        putModels(2);
        try (ModelServer server = serve(1)) {
            Http http = new Http(server.address());
            predict(http, "m2");
            predict(http, "m1");
            assertThat(loaded(server)).containsExactly("m1");
            putFactor("m2/1/model.factor", "22");

            Eventually.holds(() -> assertThat(predict(http, "m2")).isEqualTo(answer(22)));
            putFactor("m2/2/model.factor", "222");
            Eventually.holds(() -> assertThat(predict(http, "m2")).isEqualTo(answer(222)));
            assertThat(predict(http, "m1")).isEqualTo(answer(1));
            assertThat(predict(http, "m2")).isEqualTo(answer(222));
            assertThat(server.models().versions("m2")).hasSize(1);
        }
    }

    @Test
    void aVersionWhoseFileIsGoneIsForgotten() throws IOException {
        putModels(2);
        try (ModelServer server = serve(1)) {
            Http http = new Http(server.address());
            predict(http, "m1");
            try (Stream<Path> files = Files.walk(directory.resolve("m2"))) {
                for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }

            Eventually.holds(() -> assertThat(ask(http, "m2").statusCode()).isEqualTo(404));
        }
    }

    @Test
    void loadsAndUnloadsByRequestBesideTheBudget() throws IOException {
        putModels(2);
        try (ModelServer server = serve(1)) {
            Http http = new Http(server.address());
            assertThat(http.post("/v2/repository/models/m2/load", "").statusCode())
                    .isEqualTo(200);
            assertThat(loaded(server)).containsExactly("m2");
            assertThat(http.post("/v2/repository/models/m2/unload", "").statusCode())
                    .isEqualTo(200);
            // Whoever unloads a model by request does not want the next request to load it again.
            assertThat(ask(http, "m2").statusCode()).isEqualTo(503);
            assertThat(predict(http, "m1")).isEqualTo(answer(1));
            assertThat(http.post("/v2/repository/models/m2/load", "").statusCode())
                    .isEqualTo(200);
            assertThat(predict(http, "m2")).isEqualTo(answer(2));
            assertThat(loaded(server)).containsExactly("m2");
        }
    }

    @Test
    void losesNoRequestWhileManyModelsShareTheMemoryOfFew() throws Exception {
        putModels(6);
        try (ModelServer server = serve(2)) {
            Http http = new Http(server.address());
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                answers.add(http.later(http.request("/v1/models/m" + (1 + i % 6) + ":predict")
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString("{\"instances\": [[1]]}"))));
            }
            for (int i = 0; i < 300; i++) {
                assertThat(answers.get(i).join().body()).isEqualTo(answer(1 + i % 6));
            }
            assertThat(server.models().source("m1").memory().orElseThrow().loadedBytes())
                    .isLessThanOrEqualTo(2L * FILE_BYTES);
        }
    }
}
