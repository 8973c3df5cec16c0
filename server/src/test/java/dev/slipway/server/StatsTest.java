package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.server.models.ModelState;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a server says that its models have done. */
final class StatsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ServerOptions OPTIONS =
            ServerOptions.defaults().withAddress("127.0.0.1", 0).withEventLoops(1);

    private static JsonNode read(HttpResponse<String> response) {
        try {
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(response.body(), e);
        }
    }

    private static JsonNode only(Http http, String model) {
        JsonNode models = read(http.get("/stats/" + model)).get("models");
        assertThat(models).hasSize(1);
        return models.get(0);
    }

    @Test
    void countsRequestsAndFailuresByKind() {
        try (ModelServer server = ModelServer.start(OPTIONS, List.of(Models.line()))) {
            Http http = new Http(server.address());
            for (int i = 0; i < 5; i++) {
                http.post("/v1/models/line:predict", "{\"instances\": [[1], [2], [3]]}");
            }
            http.post("/v1/models/line:predict", "{\"instances\": [[\"x\"]]}");

            JsonNode line = only(http, "line");

            assertThat(line.get("state").textValue()).isEqualTo("READY");
            assertThat(line.get("version").textValue()).isEqualTo("1");
            assertThat(line.get("requests").intValue()).isEqualTo(6);
            assertThat(line.get("failures").intValue()).isEqualTo(1);
            assertThat(line.get("failures_invalid").intValue()).isEqualTo(1);
            assertThat(line.get("failures_internal").intValue()).isZero();
            assertThat(line.get("requests_last_minute").intValue()).isEqualTo(6);
            assertThat(line.get("requests_per_second").doubleValue()).isEqualTo(0.1);
            assertThat(line.get("rows").intValue()).isEqualTo(15);
            assertThat(line.get("calls").intValue()).isEqualTo(5);
            assertThat(line.get("rows_per_call").doubleValue()).isEqualTo(3);
            assertThat(line.get("batch_sizes").toString()).isEqualTo("{\"4\":5}");
            assertThat(line.get("in_flight").intValue()).isZero();
            assertThat(Duration.between(Instant.parse(line.get("last_request").textValue()), Instant.now()))
                    .isBetween(Duration.ZERO, Duration.ofMinutes(1));
            assertThat(line.at("/latency_ms/count").intValue()).isEqualTo(6);
            assertThat(line.at("/predict_ms/count").intValue()).isEqualTo(5);
            for (String times : List.of("latency_ms", "decode_ms", "predict_ms", "encode_ms")) {
                JsonNode of = line.get(times);
                assertThat(of.get("mean").doubleValue()).as(times).isPositive();
                assertThat(of.get("p95").doubleValue())
                        .as(times)
                        .isBetween(of.get("p50").doubleValue(), of.get("p99").doubleValue());
            }
        }
    }

    @Test
    void everyMemberIsThereBeforeTheFirstRequest() {
        try (ModelServer server = ModelServer.start(OPTIONS, List.of(Models.line(), Models.mixed()))) {
            JsonNode stats = read(new Http(server.address()).get("/stats"));

            assertThat(stats.get("server_version").textValue()).isNotEmpty();
            assertThat(stats.get("uptime_seconds").intValue()).isNotNegative();
            assertThat(stats.get("models")).hasSize(2);
            JsonNode line = stats.get("models").get(0);
            assertThat(line.get("requests").intValue()).isZero();
            assertThat(line.get("last_request").isNull()).isTrue();
            assertThat(line.get("rows_per_call").isNull()).isTrue();
            assertThat(line.at("/queue_ms/p99").isNull()).isTrue();
        }
    }

    /** The example of the page has the members that come, in their order. */
    @Test
    void thePageShowsWhatComes() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "operate", "stats.md"));
        JsonNode shown = JSON.readTree(page.replaceAll("(?s).*```json\n(.*?)```.*", "$1"));
        try (ModelServer server = ModelServer.start(OPTIONS, List.of(Models.line()))) {
            JsonNode stats = read(new Http(server.address()).get("/stats"));

            assertThat(names(stats)).isEqualTo(names(shown));
            assertThat(names(stats.at("/models/0"))).isEqualTo(names(shown.at("/models/0")));
            assertThat(names(stats.at("/models/0/queue_ms"))).isEqualTo(names(shown.at("/models/0/queue_ms")));
        }
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void tellsWhatIsOnItsWay() {
        Gated gated = new Gated();
        try (ModelServer server = ModelServer.start(OPTIONS, List.of(gated.model("slow")))) {
            Http http = new Http(server.address());
            gated.shut();
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                answers.add(http.later(http.request("/v1/models/slow:predict")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"instances\": [[1]]}"))));
            }
            try {
                Eventually.holds(() -> {
                    JsonNode slow = only(http, "slow");
                    assertThat(slow.get("in_flight").intValue()).isEqualTo(3);
                    assertThat(slow.get("queue_length").intValue()).isEqualTo(3);
                    assertThat(slow.get("requests").intValue()).isZero();
                });
            } finally {
                gated.open();
            }
            answers.forEach(CompletableFuture::join);

            JsonNode slow = only(http, "slow");
            assertThat(slow.get("in_flight").intValue()).isZero();
            assertThat(slow.at("/queue_ms/count").intValue()).isEqualTo(3);
        }
    }

    @Test
    void knowsVersionsThatDoNotAnswerAndNoOtherModels() {
        try (ModelServer server = ModelServer.start(OPTIONS, List.of(Models.line()))) {
            server.models().report("line", "2", ModelState.UNAVAILABLE, "no such layer");
            Http http = new Http(server.address());
            JsonNode versions = read(http.get("/stats/line")).get("models");

            assertThat(versions).hasSize(2);
            assertThat(versions.get(1).get("state").textValue()).isEqualTo("UNAVAILABLE");
            assertThat(versions.get(1).get("reason").textValue()).isEqualTo("no such layer");
            assertThat(http.get("/stats/nope").statusCode()).isEqualTo(404);
            assertThat(http.get("/stats/nope").body()).contains("[line]");
            assertThat(http.post("/stats", "{}").statusCode()).isEqualTo(405);
        }
    }
}
