package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.runtime.Predictor;
import dev.slipway.server.directory.DirectoryOptions;
import dev.slipway.server.directory.ModelDirectory;
import dev.slipway.server.directory.ModelLoader;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.models.ModelLoadException;
import dev.slipway.server.models.ModelRepository;
import dev.slipway.server.models.ModelSource;
import dev.slipway.server.security.ApiKey;
import dev.slipway.server.security.ApiKeys;
import dev.slipway.server.security.AuthOptions;
import dev.slipway.server.security.Scope;
import dev.slipway.server.security.SecurityOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SageMaker's contract for containers of several models: what it sends, and what it must be told. */
final class MultiModelTest {
    private static final ServerOptions OPTIONS =
            ServerOptions.defaults().withAddress("127.0.0.1", 0).withEventLoops(1);

    @TempDir
    private Path directory = Path.of("");

    /** Files that hold the factor of {@code y = factor * x}. */
    private static final class Factors implements ModelLoader {
        @Override
        public boolean reads(Path file) {
            return file.toString().endsWith(".factor");
        }

        @Override
        public Predictor load(Path file) {
            try {
                return Models.times(Float.parseFloat(Files.readString(file).strip()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** As its guide says: what SageMaker unpacks is served when it asks for it, and not when it is there. */
    private ModelServer serve() {
        Duration patience = Duration.ofMinutes(1);
        DirectoryOptions options = new DirectoryOptions(false, patience, Duration.ZERO, 1, patience, Optional.empty());
        return ModelServer.follow(OPTIONS, models -> new ModelDirectory(models, directory, new Factors(), options));
    }

    private Path unpack(String name, String factor) throws IOException {
        Path folder = Files.createDirectories(directory.resolve(name).resolve("model"));
        Files.writeString(folder.resolve("any.factor"), factor);
        return folder;
    }

    private static HttpResponse<String> load(Http http, String name, Path place) {
        return http.post("/models", "{\"model_name\": \"" + name + "\", \"url\": \"" + place + "\"}");
    }

    private static HttpResponse<String> delete(Http http, String name) {
        return http.send(http.request("/models/" + name).DELETE());
    }

    private static HttpResponse<String> invoke(Http http, String name) {
        return http.post("/models/" + name + "/invoke", "{\"instances\": [[1]]}");
    }

    @Test
    void loadsListsInvokesAndUnloads() throws IOException {
        try (ModelServer server = serve()) {
            Http http = new Http(server.address());
            assertThat(http.get("/models").body()).isEqualTo("{\"models\":[]}");
            assertThat(http.get("/ping").statusCode()).isEqualTo(200);
            Path place = unpack("4f2ac1", "3");
            assertThat(invoke(http, "4f2ac1").statusCode()).isEqualTo(404);

            assertThat(load(http, "4f2ac1", place).statusCode()).isEqualTo(200);
            assertThat(http.get("/models").body()).contains("\"modelName\":\"4f2ac1\"");
            assertThat(http.get("/models/4f2ac1").statusCode()).isEqualTo(200);
            assertThat(http.get("/ping").statusCode()).isEqualTo(200);
            assertThat(invoke(http, "4f2ac1").body()).isEqualTo("{\"predictions\":[[3.0]]}");

            HttpResponse<String> again = load(http, "4f2ac1", place);
            assertThat(again.statusCode()).isEqualTo(409);
            assertThat(again.body()).contains("4f2ac1 (expected: a model that is not loaded)");

            assertThat(delete(http, "4f2ac1").statusCode()).isEqualTo(200);
            assertThat(delete(http, "4f2ac1").statusCode()).isEqualTo(404);
            assertThat(http.get("/ping").statusCode()).isEqualTo(200);
            assertThat(http.get("/models").body()).isEqualTo("{\"models\":[]}");
            assertThat(load(http, "4f2ac1", place).statusCode()).isEqualTo(200);
            assertThat(invoke(http, "4f2ac1").body()).isEqualTo("{\"predictions\":[[3.0]]}");
        }
    }

    /** SageMaker would take the whole container for ill. */
    @Test
    void isWellWithAModelThatIsNot() throws IOException {
        try (ModelServer server = serve()) {
            Http http = new Http(server.address());

            assertThat(load(http, "m", unpack("m", "no number")).statusCode()).isEqualTo(400);
            assertThat(http.get("/ping").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void forgetsWhatIsUnloadedAndTakenAway() throws IOException {
        try (ModelServer server = serve()) {
            Http http = new Http(server.address());
            Path place = unpack("m", "3");
            assertThat(load(http, "m", place).statusCode()).isEqualTo(200);
            assertThat(delete(http, "m").statusCode()).isEqualTo(200);
            assertThat(http.get("/stats").body()).contains("\"m\"");
            Files.delete(place.resolve("any.factor"));

            assertThat(load(http, "m", place).statusCode()).isEqualTo(404);
            assertThat(http.get("/stats").body()).doesNotContain("\"m\"");
        }
    }

    @Test
    void refusesTextThatIsNotUtf8() {
        byte[] brokenUtf32 = {0, 0, 0, 0x7B, 0x7F, -1, -1, -1};
        try (ModelServer server = serve()) {
            Http http = new Http(server.address());
            for (String path : List.of("/models", "/v2/repository/models/m/load")) {
                assertThat(http.send(http.request(path).POST(HttpRequest.BodyPublishers.ofByteArray(brokenUtf32)))
                                .statusCode())
                        .as(path)
                        .isEqualTo(400);
            }
        }
    }

    @Test
    void takesNoFileFromElsewhere(@TempDir Path other) throws IOException {
        unpack("m", "3");
        Path second = unpack("second", "4");
        Files.writeString(other.resolve("m.factor"), "5");
        try (ModelServer server = serve()) {
            Http http = new Http(server.address());
            assertThat(delete(http, "m").statusCode()).isEqualTo(200);

            for (Path elsewhere :
                    List.of(other, other.resolve("m.factor"), second, directory, directory.resolve("m/.."))) {
                HttpResponse<String> answer = load(http, "m", elsewhere);
                assertThat(answer.statusCode()).as("%s", elsewhere).isEqualTo(400);
                assertThat(answer.body()).contains("(expected: where it lies in the directory of models)");
            }
            assertThat(load(http, "nobody", directory.resolve("nobody")).statusCode())
                    .isEqualTo(404);
            assertThat(delete(http, "nobody").statusCode()).isEqualTo(404);
            assertThat(load(http, "m", directory.resolve("m/model/any.factor")).statusCode())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "{}", "{\"model_name\": \"m\"}", "{\"model_name\": 1, \"url\": \"m\"}"})
    void refusesWhatIsNoRequestToLoad(String body) throws IOException {
        try (ModelServer server = serve()) {
            assertThat(new Http(server.address()).post("/models", body).statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void tellsOfNoMemoryInAWayOfItsOwn() {
        try (ModelServer server = ModelServer.follow(OPTIONS, FullSource::new)) {
            HttpResponse<String> answer = load(new Http(server.address()), "m", Path.of("m"));

            assertThat(answer.statusCode()).isEqualTo(507);
            assertThat(answer.body()).contains("all of it is taken");
        }
    }

    private record FullSource(ModelRepository models) implements ModelSource {
        @Override
        public void begin() {}

        @Override
        public void load(String name) {
            throw new UnsupportedOperationException("not without a place");
        }

        @Override
        public void load(String name, Path place) {
            throw ModelLoadException.noMemory(name, "all of it is taken");
        }

        @Override
        public void unload(String name) {
            throw new UnsupportedOperationException("nothing is loaded");
        }

        @Override
        public void close() {}
    }

    /** Else a model that waits for memory would keep away who frees some, and predictions. */
    @Test
    void unloadsAndPredictsWhileModelsWaitForMemory() throws Exception {
        int more = 20;
        try (ModelServer server = ModelServer.follow(OPTIONS, WaitingSource::new)) {
            Http http = new Http(server.address());
            List<CompletableFuture<HttpResponse<String>>> loads = new ArrayList<>();
            for (int i = 0; i < more; i++) {
                String body = "{\"model_name\": \"m" + i + "\", \"url\": \"m\"}";
                loads.add(http.later(http.request("/models").POST(HttpRequest.BodyPublishers.ofString(body))));
            }
            String path = "/v2/repository/models/m/load";
            loads.add(http.later(http.request(path).POST(HttpRequest.BodyPublishers.noBody())));

            assertThat(http.get("/metrics").statusCode()).isEqualTo(200);
            assertThat(invoke(http, "there").body()).isEqualTo("{\"predictions\":[[2.0]]}");
            assertThat(delete(http, "there").statusCode()).isEqualTo(200);
            for (CompletableFuture<HttpResponse<String>> load : loads) {
                assertThat(load.get(1, TimeUnit.MINUTES).statusCode()).isEqualTo(200);
            }
        }
    }

    /** What it loads waits until something is unloaded. */
    private record WaitingSource(ModelRepository models, CountDownLatch room) implements ModelSource {
        WaitingSource(ModelRepository models) {
            this(models, new CountDownLatch(1));
        }

        @Override
        public void begin() {
            models.publish(ServedModel.of("there", "1", Models.times(2)));
        }

        @Override
        public void load(String name) {
            try {
                assertThat(room.await(1, TimeUnit.MINUTES)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void load(String name, Path place) {
            load(name);
        }

        @Override
        public void unload(String name) {
            room.countDown();
        }

        @Override
        public void close() {}
    }

    @Test
    void isForModelsOfADirectoryOnly() {
        try (ModelServer server = ModelServer.start(OPTIONS, List.of(Models.line()))) {
            Http http = new Http(server.address());

            assertThat(load(http, "other", Path.of("other")).statusCode()).isEqualTo(501);
            assertThat(delete(http, "line").statusCode()).isEqualTo(501);
            assertThat(invoke(http, "line").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void needsTheScope() {
        Path keys = directory.resolve("keys");
        ApiKey.Created user = ApiKey.create("user", Scope.PREDICT, new SecureRandom(), LocalDate.EPOCH);
        ApiKeys.add(keys, user.line());
        SecurityOptions withKeys =
                SecurityOptions.defaults().withAuth(AuthOptions.defaults().withKeys(keys));
        try (ModelServer server = ModelServer.start(OPTIONS.withSecurity(withKeys), List.of(Models.line()))) {
            Http http = new Http(server.address());
            HttpRequest.BodyPublisher nothing = HttpRequest.BodyPublishers.noBody();

            assertThat(http.send(http.request("/models").POST(nothing)).statusCode())
                    .isEqualTo(401);
            assertThat(http.send(http.request("/models")
                                    .header("x-api-key", user.key())
                                    .POST(nothing))
                            .statusCode())
                    .isEqualTo(403);
            assertThat(http.send(http.request("/models/line")
                                    .header("x-api-key", user.key())
                                    .DELETE())
                            .statusCode())
                    .isEqualTo(403);
        }
    }
}
