package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.inference.Lease;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.models.ModelAddress;
import dev.slipway.server.models.ModelState;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Models come and go while requests are answered. */
final class ModelSwapTest {
    private static final ServerOptions OPTIONS =
            ServerOptions.defaults().withAddress("127.0.0.1", 0).withEventLoops(2);

    @Test
    void losesAndFailsNoRequestWhenAVersionReplacesAnother() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(2);
        try (ModelServer server = ModelServer.start(OPTIONS, List.of(Models.times("m", "1", 1)))) {
            AtomicBoolean done = new AtomicBoolean();
            Set<String> answers = ConcurrentHashMap.newKeySet();
            Http http = new Http(server.address());
            List<Future<?>> running = List.of(
                    clients.submit(() -> askUntil(done, () -> http.get("/prediction/1"), answers)),
                    clients.submit(() -> askUntil(
                            done, () -> http.post("/v1/models/m:predict", "{\"instances\": [[1]]}"), answers)));
            for (int version = 2; version <= 30; version++) {
                server.models().publish(Models.times("m", Integer.toString(version), version));
                server.models().remove("m", Integer.toString(version - 1));
            }
            done.set(true);
            for (Future<?> each : running) {
                each.get();
            }

            assertThat(answers)
                    .isNotEmpty()
                    .allMatch(answer -> answer.matches("200 \\{\"predictions?\":\\[\\[\\d+\\.0]]}"));
            assertThat(http.get("/prediction/1").body()).isEqualTo("{\"prediction\":[[30.0]]}");
        } finally {
            clients.shutdownNow();
        }
    }

    private interface Request {
        HttpResponse<String> send();
    }

    private static void askUntil(AtomicBoolean done, Request request, Set<String> answers) {
        while (!done.get()) {
            HttpResponse<String> answer = request.send();
            answers.add(answer.statusCode() + " " + answer.body());
        }
    }

    @Test
    void answersByVersionAndLabelAndNewestOtherwise() {
        try (ModelServer server = ModelServer.start(OPTIONS, List.of(Models.times("m", "9", 9)))) {
            Http http = new Http(server.address());
            server.models().publish(Models.times("m", "10", 10));
            server.models().label("m", Map.of("champion", "9"));

            assertThat(predict(http, "/v1/models/m")).isEqualTo("{\"predictions\":[[10.0]]}");
            assertThat(predict(http, "/v1/models/m/versions/9")).isEqualTo("{\"predictions\":[[9.0]]}");
            assertThat(predict(http, "/v1/models/m/labels/champion")).isEqualTo("{\"predictions\":[[9.0]]}");
            assertThat(predict(http, "/v1/models/m/versions/8")).contains("one of [9, 10]");
            assertThat(predict(http, "/v1/models/m/labels/canary")).contains("one of [champion]");
            assertThat(http.get("/v1/models/m/labels/champion").body())
                    .contains("\"9\"")
                    .doesNotContain("\"10\"");
        }
    }

    private static String predict(Http http, String path) {
        return http.post(path + ":predict", "{\"instances\": [[1]]}").body();
    }

    @Test
    void saysWhyAModelThatIsKnownDoesNotAnswer() {
        try (ModelServer server = ModelServer.start(OPTIONS, List.of(Models.times("m", "1", 1)))) {
            Http http = new Http(server.address());
            server.models().report("m", "2", ModelState.UNAVAILABLE, "no layer 'Lambda'");

            assertThat(predict(http, "/v1/models/m")).contains("1.0");
            HttpResponse<String> broken = http.post("/v1/models/m/versions/2:predict", "{\"instances\": [[1]]}");
            assertThat(broken.statusCode()).isEqualTo(503);
            assertThat(broken.body()).contains("version 2 is UNAVAILABLE: no layer 'Lambda'");
            assertThat(http.get("/v1/models/m").body()).contains("no layer 'Lambda'");

            server.models().unload("m", "1", "unloaded");
            assertThat(http.post("/v1/models/m:predict", "{\"instances\": [[1]]}")
                            .statusCode())
                    .isEqualTo(503);
        }
    }

    @Test
    void describesTheModelsThatAreThereNow() {
        try (ModelServer server = ModelServer.start(OPTIONS, List.of(Models.line()))) {
            Http http = new Http(server.address());
            assertThat(http.get("/openapi.json").body())
                    .contains("/v1/models/line")
                    .doesNotContain("/v1/models/other");

            server.models().publish(Models.times("other", "1", 2));
            server.models().remove("line", "1");

            assertThat(http.get("/openapi.json").body())
                    .contains("/v1/models/other")
                    .doesNotContain("/v1/models/line");
        }
    }

    @Test
    void freesAModelOnlyAfterItsLastLease() {
        ServedModel model = Models.times("m", "1", 1);
        Lease lease = Lease.on(model).orElseThrow();
        model.close();

        assertThat(model.isClosed()).isTrue();
        assertThat(Lease.on(model)).as("still leased").isPresent().get().satisfies(Lease::close);
        model.call(model.smallestShapes()).close();

        lease.close();
        lease.close();
        assertThat(Lease.on(model)).as("freed").isEmpty();
    }

    @Test
    void addressReadsLikeASentence() {
        assertThat(ModelAddress.version("m", "3")).hasToString("'m' version 3");
        assertThat(ModelAddress.label("m", "canary")).hasToString("'m' label canary");
    }
}
