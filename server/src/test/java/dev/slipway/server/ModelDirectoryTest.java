package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.runtime.Predictor;
import dev.slipway.server.directory.DirectoryOptions;
import dev.slipway.server.directory.ModelDirectory;
import dev.slipway.server.directory.ModelLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What lies in a directory is what is served, while the server runs. */
final class ModelDirectoryTest {
    private static final ServerOptions OPTIONS =
            ServerOptions.defaults().withAddress("127.0.0.1", 0).withEventLoops(2);
    private static final DirectoryOptions AT_ONCE =
            DirectoryOptions.defaults().withTimes(Duration.ofMillis(100), Duration.ZERO);

    @TempDir
    private Path directory = Path.of("");

    private final Factors factors = new Factors();

    /** Files that hold the factor of {@code y = factor * x}. */
    private static final class Factors implements ModelLoader {
        private final AtomicBoolean isBroken = new AtomicBoolean();
        private final AtomicInteger refused = new AtomicInteger();

        @Override
        public boolean reads(Path file) {
            if (isBroken.get()) {
                refused.incrementAndGet();
                throw new IllegalStateException("a file that has gone since it was seen");
            }
            return file.toString().endsWith(".factor") || file.toString().endsWith("model.keras");
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

    private ModelServer serve(DirectoryOptions options) {
        return ModelServer.follow(OPTIONS, models -> new ModelDirectory(models, directory, factors, options));
    }

    /** As careful writers do it: under another name first. */
    private void put(String path, String content) throws IOException {
        Path file = directory.resolve(path);
        Files.createDirectories(file.getParent());
        Path written = Files.writeString(directory.resolve(".written"), content);
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String predict(Http http, String model) {
        return http.post("/v1/models/" + model + ":predict", "{\"instances\": [[1]]}")
                .body();
    }

    private static String answer(int factor) {
        return "{\"predictions\":[[" + factor + ".0]]}";
    }

    private static void awaitAnswer(Http http, String model, String expected) {
        Eventually.holds(() -> assertThat(predict(http, model)).contains(expected));
    }

    @Test
    void servesFilesVersionsAndFoldersOfMlflow() throws IOException {
        put("churn.factor", "2");
        put("prices/9/any.factor", "9");
        put("prices/10/model.keras", "10");
        put("reviews/data/model.keras", "5");
        put("reviews/MLmodel", "flavors: {}");
        put(".hidden.factor", "1");
        put("notes/readme.txt", "none");
        put("sources/model/main.py", "none");
        try (ModelServer server = serve(AT_ONCE)) {
            Http http = new Http(server.address());

            assertThat(server.modelNames()).containsExactly("churn", "prices", "reviews");
            assertThat(predict(http, "churn")).isEqualTo(answer(2));
            assertThat(predict(http, "prices")).isEqualTo(answer(10));
            assertThat(predict(http, "prices/versions/9")).contains("expected: one of [10]");
            assertThat(predict(http, "reviews")).isEqualTo(answer(5));
            assertThat(http.get("/health/ready").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void losesAndFailsNoRequestWhileVersionsReplaceEachOther() throws Exception {
        put("m/1/model.keras", "1");
        ExecutorService client = Executors.newSingleThreadExecutor();
        try (ModelServer server = serve(AT_ONCE)) {
            Http http = new Http(server.address());
            AtomicBoolean done = new AtomicBoolean();
            Set<String> answers = ConcurrentHashMap.newKeySet();
            Future<?> asking = client.submit(() -> {
                while (!done.get()) {
                    answers.add(predict(http, "m"));
                }
            });
            for (int version = 2; version <= 6; version++) {
                put("m/" + version + "/model.keras", Integer.toString(version));
                String expected = answer(version);
                Eventually.holds(() -> assertThat(answers).contains(expected));
            }
            put("m/6/model.keras", "66");
            awaitAnswer(http, "m", answer(66));
            done.set(true);
            asking.get();

            assertThat(answers).allMatch(each -> each.matches("\\{\"predictions.*"));
            assertThat(server.models().versions("m")).hasSize(1);
        } finally {
            client.shutdownNow();
        }
    }

    @Test
    void aBrokenFileTakesNoGoodVersionDown() throws IOException {
        put("m/1/model.keras", "1");
        try (ModelServer server = serve(AT_ONCE)) {
            Http http = new Http(server.address());
            put("m/2/model.keras", "not a number");
            put("other.factor", "");
            awaitAnswer(http, "m/versions/2", "version 2 is UNAVAILABLE: For input string");
            awaitAnswer(http, "other", "version 1 is UNAVAILABLE: empty String");

            assertThat(predict(http, "m")).isEqualTo(answer(1));
            assertThat(http.post("/v2/repository/index", "").body())
                    .contains("{\"name\":\"m\",\"version\":\"1\",\"state\":\"READY\",\"reason\":\"\"}")
                    .contains("\"state\":\"UNAVAILABLE\",\"reason\":\"For input string");
            assertThat(http.get("/health/ready").statusCode()).isEqualTo(200);

            put("m/2/model.keras", "2");
            awaitAnswer(http, "m", answer(2));
            put("m/2/model.keras", "worse");
            Eventually.holds(() ->
                    assertThat(server.models().versions("m").toString()).contains("READY, reason=For input string"));
            assertThat(predict(http, "m")).isEqualTo(answer(2));
        }
    }

    @Test
    void warmsUpWithRecordedRequestsAndServesNothingThatFailsThem() throws IOException {
        put("m/1/warmup.json", "[{\"instances\": [[1], [2]]}]");
        put("m/1/model.keras", "1");
        put("m/2/warmup.json", "[{\"instances\": [[1]]}, {\"instances\": [\"one\"]}]");
        put("m/2/model.keras", "2");
        try (ModelServer server = serve(AT_ONCE)) {
            Http http = new Http(server.address());

            assertThat(predict(http, "m")).isEqualTo(answer(1));
            assertThat(predict(http, "m/versions/2")).contains("warmup.json: request 1 fails: ");

            put("m/2/warmup.json", "[]");
            awaitAnswer(http, "m", answer(2));
        }
    }

    @Test
    void loadsNoFileThatIsStillBeingWritten() throws IOException {
        put("m/1/model.keras", "1");
        DirectoryOptions patient = DirectoryOptions.defaults().withTimes(Duration.ofMillis(50), Duration.ofDays(1));
        Path first = directory.resolve("m/1/model.keras");
        Files.setLastModifiedTime(first, FileTime.fromMillis(0));
        try (ModelServer server = serve(patient)) {
            Http http = new Http(server.address());
            put("m/2/model.keras", "2");
            awaitAnswer(http, "m/versions/2", "version 2 is LOADING: its file is still being written");
            assertThat(predict(http, "m")).isEqualTo(answer(1));

            Files.setLastModifiedTime(directory.resolve("m/2/model.keras"), FileTime.fromMillis(0));
            awaitAnswer(http, "m", answer(2));
        }
    }

    @Test
    void whatIsRemovedIsServedNoMoreButALostDirectoryIs() throws IOException {
        put("a.factor", "1");
        put("b/1/model.keras", "1");
        try (ModelServer server = serve(AT_ONCE)) {
            Http http = new Http(server.address());
            Files.delete(directory.resolve("a.factor"));
            awaitAnswer(http, "a", "expected: one of the served models [b]");

            Path elsewhere = directory.resolveSibling("elsewhere-" + directory.getFileName());
            Files.move(directory, elsewhere);
            assertThat(http.post("/v2/repository/models/c/load", "").statusCode())
                    .isEqualTo(404);
            assertThat(predict(http, "b")).isEqualTo(answer(1));

            Files.move(elsewhere, directory);
            put("b/2/model.keras", "2");
            awaitAnswer(http, "b", answer(2));
        }
    }

    @Test
    void followsOnAfterALookThatFails() throws IOException {
        put("m/1/model.keras", "1");
        try (ModelServer server = serve(AT_ONCE)) {
            Http http = new Http(server.address());
            factors.isBroken.set(true);
            Eventually.holds(() -> assertThat(factors.refused.get()).isPositive());
            assertThat(predict(http, "m")).isEqualTo(answer(1));

            factors.isBroken.set(false);
            put("m/2/model.keras", "2");
            awaitAnswer(http, "m", answer(2));
        }
    }

    @Test
    void servesTheVersionsAndLabelsThatServingJsonSays() throws IOException {
        for (int version = 1; version <= 4; version++) {
            put("m/" + version + "/model.keras", Integer.toString(version));
        }
        put("m/serving.json", "{\"versions\": 2, \"labels\": {\"champion\": \"1\"}}");
        try (ModelServer server = serve(AT_ONCE)) {
            Http http = new Http(server.address());
            assertThat(predict(http, "m")).isEqualTo(answer(4));
            assertThat(predict(http, "m/labels/champion")).isEqualTo(answer(1));
            assertThat(predict(http, "m/versions/2")).contains("expected: one of [1, 3, 4]");

            put("m/serving.json", "{\"versions\": [\"2\"]}");
            awaitAnswer(http, "m", answer(2));
            assertThat(predict(http, "m/labels/champion")).contains("label");

            put("m/serving.json", "{\"version\": \"all\"}");
            Eventually.holds(
                    () -> assertThat(server.models().index().toString()).contains("serving.json: version = "));
            assertThat(predict(http, "m")).isEqualTo(answer(2));

            put("m/serving.json", "{\"versions\": [\"2\"]}");
            Eventually.holds(
                    () -> assertThat(server.models().index().toString()).doesNotContain("serving.json"));
        }
    }

    @Test
    void followsTheTrafficThatServingJsonSays() throws IOException {
        put("m/1/model.keras", "1");
        put("m/3/model.keras", "3");
        put(
                "m/serving.json",
                "{\"labels\": {\"champion\": \"1\"}, \"traffic\": {\"split\": {\"champion\": 1, \"2\": 0}}}");
        try (ModelServer server = serve(AT_ONCE)) {
            Http http = new Http(server.address());
            assertThat(predict(http, "m")).isEqualTo(answer(1));
            assertThat(repository(http, "m/traffic").body()).contains("\"source\":\"serving.json\"");

            put("m/2/model.keras", "2");
            awaitAnswer(http, "m/versions/2", answer(2));
            put("m/serving.json", "{\"labels\": {\"champion\": \"2\"}, \"traffic\": {\"split\": {\"champion\": 1}}}");
            awaitAnswer(http, "m", answer(2));

            put("m/serving.json", "{\"traffic\": {\"split\": {\"2\": \"all\"}}}");
            Eventually.holds(() -> assertThat(server.models().index().toString())
                    .contains("serving.json: traffic.split.2: \"all\" (expected: a number, 0 to 1000000000)"));
            assertThat(predict(http, "m")).isEqualTo(answer(2));

            put("m/serving.json", "{}");
            awaitAnswer(http, "m", answer(3));
            Eventually.holds(
                    () -> assertThat(repository(http, "m/traffic").body()).contains("\"source\":\"none\""));
        }
    }

    @Test
    void aRuleSetByRequestComesBeforeServingJsonAndGoesWithItsModel() throws IOException {
        put("m/1/model.keras", "1");
        put("m/2/model.keras", "2");
        put("m/serving.json", "{\"versions\": \"all\", \"traffic\": {\"split\": {\"1\": 1}}}");
        try (ModelServer server = serve(AT_ONCE)) {
            Http http = new Http(server.address());
            HttpRequest.Builder traffic = http.request("/v2/repository/models/m/traffic");
            assertThat(http.send(traffic.DELETE()).body())
                    .contains("expected: one that was set by PUT; that of serving.json is changed there");
            http.send(traffic.PUT(HttpRequest.BodyPublishers.ofString("{\"split\": {\"2\": 1}}")));
            assertThat(predict(http, "m")).isEqualTo(answer(2));

            put(
                    "m/serving.json",
                    "{\"versions\": \"all\", \"labels\": {\"new\": \"1\"}, \"traffic\": {\"split\": {\"new\": 1}}}");
            awaitAnswer(http, "m/labels/new", answer(1));
            assertThat(predict(http, "m")).isEqualTo(answer(2));
            assertThat(http.send(traffic.DELETE()).body()).isEqualTo("{}");
            assertThat(predict(http, "m")).isEqualTo(answer(1));

            http.send(traffic.PUT(HttpRequest.BodyPublishers.ofString("{\"split\": {\"1\": 1}}")));
            try (Stream<Path> files = Files.walk(directory.resolve("m"))) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
            awaitAnswer(http, "m", "expected: one of the served models []");
            put("m/serving.json", "{\"versions\": \"all\"}");
            put("m/1/model.keras", "1");
            put("m/2/model.keras", "22");
            awaitAnswer(http, "m", answer(22));
        }
    }

    @Test
    void aRuleSetByRequestOutlastsTheServerWhereItIsKept(@TempDir Path folder) throws IOException {
        put("m/1/model.keras", "1");
        put("m/2/model.keras", "2");
        put("m/serving.json", "{\"versions\": \"all\"}");
        Path kept = folder.resolve("traffic.json");
        DirectoryOptions keeping = AT_ONCE.withTrafficFile(kept);
        String rule = "{\"split\":{\"1\":1.0},\"sticky\":{\"header\":\"x-user\"}}";
        try (ModelServer server = serve(keeping)) {
            Http http = new Http(server.address());
            assertThat(predict(http, "m")).isEqualTo(answer(2));
            http.send(traffic(http).PUT(HttpRequest.BodyPublishers.ofString(rule)));
            assertThat(predict(http, "m")).isEqualTo(answer(1));
        }
        assertThat(Files.readString(kept).replaceAll("\\s", "")).isEqualTo("{\"m\":" + rule + "}");

        try (ModelServer server = serve(keeping)) {
            Http http = new Http(server.address());
            assertThat(predict(http, "m")).isEqualTo(answer(1));
            assertThat(http.send(traffic(http)).body()).contains("\"source\":\"request\"");
            assertThat(http.send(traffic(http).DELETE()).body()).isEqualTo("{}");
            assertThat(predict(http, "m")).isEqualTo(answer(2));
        }

        try (ModelServer server = serve(keeping)) {
            Http http = new Http(server.address());
            assertThat(predict(http, "m")).isEqualTo(answer(2));
            // Nothing is in force that cannot be kept.
            Files.delete(kept);
            Files.createDirectories(kept.resolve("in-the-way"));
            assertThat(http.send(traffic(http).PUT(HttpRequest.BodyPublishers.ofString(rule)))
                            .statusCode())
                    .isEqualTo(500);
            assertThat(predict(http, "m")).isEqualTo(answer(2));
        }
    }

    private static HttpRequest.Builder traffic(Http http) {
        return http.request("/v2/repository/models/m/traffic");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | something else (expected: an object of models)",
                "{\"m\": | text that is not JSON",
                "{} {} | text that is not JSON",
                "{\"m\": {\"split\": {\"1\": 1}}, \"m\": {\"split\": {\"2\": 1}}} | text that is not JSON: Duplicate",
                "{\"m\": {\"split\": {}}} | m.split"
            })
    void rulesThatCannotBeReadEndTheStart(String text, String problem, @TempDir Path folder) throws IOException {
        Path kept = Files.writeString(folder.resolve("traffic.json"), text);

        assertThatThrownBy(() -> serve(AT_ONCE.withTrafficFile(kept)))
                .hasMessageContainingAll(kept.toString(), problem);
        assertThatThrownBy(() -> serve(AT_ONCE.withTrafficFile(directory.resolve("none/traffic.json"))))
                .hasMessageEndingWith("(expected: a file in a folder that is there)");
    }

    @Test
    void modelsComeAndGoByRequest() throws IOException {
        put("m.factor", "1");
        DirectoryOptions byRequest = new DirectoryOptions(
                false, Duration.ofSeconds(1), Duration.ofDays(1), 1, Duration.ofSeconds(30), Optional.empty());
        Files.setLastModifiedTime(directory.resolve("m.factor"), FileTime.fromMillis(0));
        try (ModelServer server = serve(byRequest)) {
            Http http = new Http(server.address());
            assertThat(repository(http, "m/unload", "").statusCode()).isEqualTo(200);
            assertThat(predict(http, "m")).contains("version 1 is UNAVAILABLE: unloaded");
            assertThat(http.get("/v2/models/m/ready").statusCode()).isEqualTo(503);
            assertThat(repository(http, "m/load", "{}").body()).isEqualTo("{}");
            assertThat(predict(http, "m")).isEqualTo(answer(1));

            put("m.factor", "none");
            HttpResponse<String> broken = repository(http, "m/load", "");
            assertThat(broken.statusCode()).isEqualTo(400);
            assertThat(broken.body()).contains("version 1: For input string");
            assertThat(predict(http, "m")).isEqualTo(answer(1));

            assertThat(repository(http, "x/load", "").statusCode()).isEqualTo(404);
            assertThat(repository(http, "x/unload", "").statusCode()).isEqualTo(404);
            assertThat(repository(http, "m/load", "{\"parameters\": {\"config\": \"{}\"}}")
                            .body())
                    .contains("expected: files in the directory of models");
            assertThat(http.get("/v2/repository/models/m/load").statusCode()).isEqualTo(405);
        }
        try (ModelServer fixed = ModelServer.start(OPTIONS, List.of(Models.line()))) {
            assertThat(repository(new Http(fixed.address()), "line/unload", "").statusCode())
                    .isEqualTo(501);
        }
    }

    private static HttpResponse<String> repository(Http http, String path) {
        return http.get("/v2/repository/models/" + path);
    }

    private static HttpResponse<String> repository(Http http, String path, String body) {
        return http.post("/v2/repository/models/" + path, body);
    }

    @Test
    void saysWhatIsAmbiguous() throws IOException {
        put("m/1/a.factor", "1");
        put("m/1/b.factor", "2");
        put("n.factor", "1");
        put("n/1/model.keras", "1");
        put("o/MLmodel", "flavors: {}");
        try (ModelServer server = serve(AT_ONCE)) {
            Http http = new Http(server.address());
            assertThat(predict(http, "m")).contains("2 files of models in its folder (expected: one)");
            assertThat(predict(http, "n")).contains("are both this version (expected: one file)");
            assertThat(predict(http, "o")).contains("MLmodel without a file of a model");
        }
    }

    @Test
    void refusesWhatIsNoDirectory() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertThatThrownBy(() ->
                        ModelServer.follow(OPTIONS, models -> new ModelDirectory(models, file, new Factors(), AT_ONCE)))
                .hasMessageEndingWith("file (expected: a directory of models)");
        try (Stream<Path> left = Files.walk(directory)) {
            assertThat(left.max(Comparator.naturalOrder())).contains(file);
        }
    }
}
