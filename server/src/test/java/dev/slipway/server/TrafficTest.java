package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.runtime.Tensor;
import dev.slipway.server.grpc.proto.ModelInferResponse;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.traffic.RuleReader;
import dev.slipway.server.traffic.Traffic;
import dev.slipway.server.traffic.TrafficRule;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which version answers a request that names none, over every protocol. Version 1 gives x, version 2 gives 2x. */
final class TrafficTest {
    private static final ServerOptions OPTIONS = ServerOptions.defaults()
            .withAddress("127.0.0.1", 0)
            .withEventLoops(2)
            .withScoring(new ScoringOptions("m", "/aip/health", "/aip/predict"));
    private static final String TRAFFIC = "/v2/repository/models/m/traffic";
    private static final String SELECT = "{'split': {'champion': 1}, 'select': [{'header': 'X-Slipway-Variant'}]}";
    private static final String SPLIT = "{'split': {'champion': 50, 'canary': 50}";
    private static final String V1 = "{\"instances\": [[1]]}";

    private static ModelServer serve() {
        return Versions.serve(
                OPTIONS, Map.of("champion", "1", "canary", "2"), Models.times("m", "1", 1), Models.times("m", "2", 2));
    }

    private static String quoted(String json) {
        return json.replace('\'', '"');
    }

    private static HttpResponse<String> put(Http http, String rule) {
        return http.send(http.request(TRAFFIC).PUT(HttpRequest.BodyPublishers.ofString(quoted(rule))));
    }

    private static void setRule(Http http, String rule) {
        HttpResponse<String> answer = put(http, rule);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static JsonNode traffic(Http http) {
        try {
            return new ObjectMapper().readTree(http.get(TRAFFIC).body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static HttpResponse<String> ask(Http http, String... headers) {
        HttpRequest.Builder request =
                http.request("/v1/models/m:predict").POST(HttpRequest.BodyPublishers.ofString(V1));
        return http.send(headers.length == 0 ? request : request.headers(headers));
    }

    private static String version(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.headers().firstValue("slipway-model-version").orElse("none");
    }

    private static String metrics(Http http) {
        return http.get("/metrics").body();
    }

    @Test
    void withoutARuleTheNewestVersionAnswers() {
        try (ModelServer server = serve()) {
            Http http = new Http(server.address());

            assertThat(version(ask(http))).isEqualTo("2");
            assertThat(http.get(TRAFFIC).body()).isEqualTo("{\"model\":\"m\",\"source\":\"none\"}");
            assertThat(http.get("/v2/repository/models/x/traffic").statusCode()).isEqualTo(404);
            assertThat(http.post(TRAFFIC + "/reset", "").body())
                    .contains("model 'm': no traffic rule (expected: one in serving.json, or set by PUT)");
            assertThat(metrics(http)).doesNotContain("slipway_traffic");
        }
    }

    @Test
    void holdsForEveryProtocol() {
        try (ModelServer server = serve();
                GrpcClient champion = new GrpcClient(server.port());
                GrpcClient canary = new GrpcClient(server.port(), Map.of("x-slipway-variant", "canary"))) {
            Http http = new Http(server.address());
            setRule(http, SELECT);
            String tensor = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[1]}]}";
            Map<String, String> bodies = new HashMap<>();
            bodies.put("/v1/models/m:predict", V1);
            bodies.put("/v2/models/m/infer", tensor);
            bodies.put("/models/m/predict", "{\"x\": 1}");
            bodies.put("/models/m/invoke", V1);
            bodies.put("/invocations", V1);
            bodies.put("/aip/predict", V1);
            bodies.forEach((path, body) -> {
                HttpRequest.Builder request = http.request(path)
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body));
                HttpResponse<String> first = http.send(request);
                assertThat(version(first)).as(path).isEqualTo("1");
                assertThat(first.body()).as(path).contains("1.0").doesNotContain("2.0");
                HttpResponse<String> second = http.send(request.header("x-slipway-variant", "canary"));
                assertThat(version(second)).as(path).isEqualTo("2");
                assertThat(second.body()).as(path).contains("2.0");
            });
            assertThat(http.get("/prediction/7").body()).isEqualTo("{\"prediction\":[[7.0]]}");
            HttpResponse<String> scalar =
                    http.send(http.request("/prediction/7").header("x-slipway-variant", "2"));
            assertThat(scalar.body()).isEqualTo("{\"prediction\":[[14.0]]}");
            assertThat(version(scalar)).isEqualTo("2");
            assertThat(infer(champion).getModelVersion()).isEqualTo("1");
            assertThat(infer(canary).getModelVersion()).isEqualTo("2");
            assertThat(http.get("/metrics").body())
                    .contains("slipway_traffic_requests_total{chosen=\"selected\",model=\"m\",variant=\"\"} 8.0")
                    .contains("slipway_traffic_requests_total{chosen=\"share\",model=\"m\",variant=\"champion\"} 8.0");
        }
    }

    private static ModelInferResponse infer(GrpcClient grpc) {
        return grpc.infer("m", 1);
    }

    @Test
    void aVersionOrLabelInTheAddressComesFirst() {
        try (ModelServer server = serve()) {
            Http http = new Http(server.address());
            setRule(http, "{'split': {'1': 1}}");

            assertThat(version(http.post("/v1/models/m/versions/2:predict", V1)))
                    .isEqualTo("2");
            assertThat(version(http.post("/v1/models/m/labels/canary:predict", V1)))
                    .isEqualTo("2");
            assertThat(version(ask(http))).isEqualTo("1");
        }
    }

    @Test
    void senderStaysWithItsVariantByHeader() {
        try (ModelServer server = serve()) {
            Http http = new Http(server.address());
            setRule(http, SPLIT + ", 'sticky': {'header': 'X-User'}}");
            Map<String, String> versions = new HashMap<>();
            for (int round = 0; round < 3; round++) {
                for (int user = 0; user < 40; user++) {
                    String name = "user-" + user;
                    String version = version(ask(http, "x-user", name));
                    assertThat(versions.getOrDefault(name, version)).isEqualTo(version);
                    versions.put(name, version);
                }
            }

            assertThat(Set.copyOf(versions.values())).containsExactlyInAnyOrder("1", "2");
            assertThat(ask(http, "x-user", "user-1").headers().firstValue("set-cookie"))
                    .isEmpty();
        }
    }

    @Test
    void senderStaysWithItsVariantByACookieThatIsSetOnce() {
        try (ModelServer server = serve()) {
            Http http = new Http(server.address());
            setRule(http, SPLIT + ", 'sticky': {'cookie': 'arm', 'max-age-seconds': 60}}");
            Set<String> versions = new HashSet<>();
            for (int client = 0; client < 64; client++) {
                HttpResponse<String> first = ask(http);
                String cookie = first.headers().firstValue("set-cookie").orElseThrow();
                assertThat(cookie).matches("arm=[0-9a-f]+; Max-Age=60; Expires=[^;]+; Path=/; HTTPOnly; SameSite=Lax");
                HttpResponse<String> second = ask(http, "cookie", cookie.substring(0, cookie.indexOf(';')));
                assertThat(second.headers().firstValue("set-cookie")).isEmpty();
                assertThat(version(second)).isEqualTo(version(first));
                versions.add(version(first));
            }

            assertThat(versions)
                    .as("64 coins that fall on one side: 1 in 10^19")
                    .containsExactlyInAnyOrder("1", "2");
        }
    }

    @Test
    void aRequestMaySayWhereItGoes() {
        try (ModelServer server = serve()) {
            Http http = new Http(server.address());
            setRule(
                    http,
                    "{'split': {'champion': 1}, 'select': [{'header': 'x-group', 'value': 'staff', 'to': 'canary'},"
                            + " {'cookie': 'preview', 'value': 'yes', 'to': '2'}, {'header': 'x-variant'}]}");

            assertThat(version(ask(http))).isEqualTo("1");
            assertThat(version(ask(http, "x-group", "staff"))).isEqualTo("2");
            assertThat(version(ask(http, "x-group", "others"))).isEqualTo("1");
            assertThat(version(ask(http, "cookie", "preview=yes"))).isEqualTo("2");
            assertThat(version(ask(http, "x-variant", "2"))).isEqualTo("2");
            HttpResponse<String> unknown = ask(http, "x-variant", "nobody");
            assertThat(unknown.statusCode()).isEqualTo(404);
            assertThat(unknown.body()).contains("nobody (expected: one of [1, 2])");
        }
    }

    @Test
    void anotherVariantAnswersAsLongAsOneIsNotReady() {
        try (ModelServer server = serve()) {
            Http http = new Http(server.address());
            setRule(http, "{'split': {'1': 1, '2': 1000000}, 'sticky': {'header': 'x-user'}}");
            assertThat(version(ask(http, "x-user", "a"))).isEqualTo("2");

            server.models().unload("m", "2", "unloaded");
            assertThat(version(ask(http, "x-user", "a"))).isEqualTo("1");
            assertThat(traffic(http).at("/variants/1/ready").asBoolean(true)).isFalse();
            assertThat(metrics(http))
                    .contains("slipway_traffic_requests_total{chosen=\"instead\",model=\"m\",variant=\"1\"} 1.0");

            server.models().publish(Models.times("m", "2", 2));
            assertThat(version(ask(http, "x-user", "a"))).isEqualTo("2");
        }
    }

    @Test
    void aNumberGoesToNoVersionThatTakesOtherThings() {
        try (ModelServer server =
                Versions.serve(OPTIONS, Map.of(), Models.times("m", "1", 1), Models.times("m", "3", 1))) {
            server.models().publish(Models.wide("m", "2"));
            Http http = new Http(server.address());
            setRule(http, "{'split': {'2': 1}}");

            HttpResponse<String> answer = http.get("/prediction/1");
            assertThat(answer.statusCode()).isEqualTo(422);
            assertThat(answer.body()).contains("which version 2 of 'm' is not; see its traffic rule");
        }
    }

    @Test
    void aCanaryThatFailsLosesItsShare() {
        ServedModel failing = Versions.hosted("2", x -> {
            if (x.element(0) != 0) {
                throw new IllegalStateException("a canary that fails");
            }
            return x.copy();
        });
        try (ModelServer server =
                Versions.serve(OPTIONS, Map.of("champion", "1", "canary", "2"), Models.times("m", "1", 1), failing)) {
            Http http = new Http(server.address());
            setRule(
                    http,
                    SPLIT + ", 'sticky': {'header': 'x-user'}, 'select': [{'header': 'x-variant'}],"
                            + " 'roll-back': {'min-requests': 10, 'max-error-percent': 20}}");
            for (int i = 0; i < 20; i++) {
                assertThat(http.send(http.request("/v1/models/m:predict")
                                        .header("x-variant", "canary")
                                        .POST(HttpRequest.BodyPublishers.ofString("{\"instances\": [\"a\"]}")))
                                .statusCode())
                        .as("errors of clients count for nothing")
                        .isEqualTo(400);
            }
            assertThat(traffic(http).has("rolled-back")).isFalse();

            int failed = 0;
            for (int user = 0; user < 200; user++) {
                failed += ask(http, "x-user", "user-" + user).statusCode() == 500 ? 1 : 0;
            }
            assertThat(failed).isEqualTo(10);
            JsonNode state = traffic(http);
            assertThat(state.at("/rolled-back/reason").asText())
                    .isEqualTo("errors: 100.0% in 10 answers (expected: at most 20.0%)");
            assertThat(state.at("/rolled-back/variant").asText()).isEqualTo("canary");
            assertThat(state.at("/variants/1/weight").asDouble()).isZero();
            assertThat(http.post("/v2/repository/index", "").body())
                    .contains("\"version\":\"2\",\"state\":\"READY\",\"reason\":\"rolled back: errors: 100.0%");
            assertThat(metrics(http))
                    .contains("slipway_traffic_rolled_back{model=\"m\",variant=\"canary\"} 1.0")
                    .contains("slipway_traffic_weight{model=\"m\",variant=\"canary\"} 0.0")
                    .contains("slipway_traffic_weight{model=\"m\",variant=\"champion\"} 50.0");

            assertThat(http.post(TRAFFIC + "/reset", "").body()).doesNotContain("rolled-back");
            assertThat(traffic(http).at("/variants/1/weight").asDouble()).isEqualTo(50);
            assertThat(http.post("/v2/repository/index", "").body()).doesNotContain("rolled back");
        }
    }

    /** Longer than any limit here, and longer by far than version 1 takes. */
    private static Tensor slowly(Tensor x) {
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        return x.copy();
    }

    @ParameterizedTest
    @CsvSource({"max-mean-millis, 5", "max-p99-millis, 5", "max-mean-ratio, 2", "max-p99-ratio, 2"})
    void aCanaryThatIsSlowLosesItsShare(String limit, double most) {
        // On a busy machine the champion takes its time, too: the canary takes longer than it ever did.
        AtomicLong longestNanos = new AtomicLong();
        ServedModel slower = Versions.hosted("2", x -> {
            LockSupport.parkNanos(4 * longestNanos.get());
            return slowly(x);
        });
        try (ModelServer server =
                Versions.serve(OPTIONS, Map.of("champion", "1", "canary", "2"), Models.times("m", "1", 1), slower)) {
            Http http = new Http(server.address());
            setRule(
                    http,
                    SPLIT + ", 'sticky': {'header': 'x-user'}, 'roll-back': {'min-requests': 3, '" + limit + "': "
                            + most + "}}");
            Eventually.holds(() -> {
                for (int user = 0; user < 60; user++) {
                    long start = System.nanoTime();
                    if (version(ask(http, "x-user", "user-" + user)).equals("1")) {
                        longestNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
                    }
                }
                assertThat(traffic(http).at("/rolled-back/reason").asText()).contains("latency: ");
            });
            assertThat(version(ask(http, "x-user", "user-1"))).isEqualTo("1");
        }
    }

    @Test
    void everyNumberIsInTheReference() throws IOException {
        String reference = Files.readString(Path.of("../docs/reference/metrics.md"));
        try (ModelServer server = serve()) {
            Http http = new Http(server.address());
            setRule(
                    http,
                    "{'split': {'champion': 9, 'canary': 1}, 'shadow': {'to': '2'},"
                            + " 'roll-back': {'max-error-percent': 1}}");
            List<String> names = Pattern.compile("(?m)^(slipway_(?:traffic|shadow)_[a-z_]+)\\{")
                    .matcher(metrics(http))
                    .results()
                    .map(found -> found.group(1))
                    .distinct()
                    .toList();

            assertThat(names)
                    .hasSize(5)
                    .allSatisfy(name -> assertThat(reference).contains("`" + name + "`"));
        }
    }

    @Test
    void latencyIsThatOfTheWholePrediction() {
        long least = 100_000;
        ServedModel busy = Versions.hosted("2", x -> {
            long end = System.nanoTime() + least;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            return x.copy();
        });
        try (ModelServer server = Versions.serve(OPTIONS, Map.of(), Models.times("m", "1", 1), busy)) {
            Http http = new Http(server.address());
            setRule(http, "{'split': {'1': 1, '2': 1e9}, 'roll-back': {'canary': '2', 'max-error-percent': 1}}");
            version(ask(http));

            Eventually.holds(() -> assertThat(
                            traffic(http).at("/variants/1/window/mean-millis").asDouble())
                    .isGreaterThan(0.1));
        }
    }

    @Test
    void aCanaryStaysRolledBackUntilItsRuleOrItsVersionChanges() {
        try (ModelServer server = serve()) {
            Http http = new Http(server.address());
            server.models().publish(Versions.hosted("3", TrafficTest::slowly));
            server.models().label("m", Map.of("champion", "1", "canary", "3"));
            Traffic traffic = Traffic.of(server.models());
            Optional<TrafficRule> rule = Optional.of(RuleReader.read(quoted("{'split': {'champion': 1, 'canary': 1e9},"
                            + " 'roll-back': {'min-requests': 1, 'max-mean-millis': 5}}")
                    .getBytes(StandardCharsets.UTF_8)));
            traffic.follow("m", rule);
            assertThat(version(ask(http))).isEqualTo("3");
            assertThat(version(ask(http))).isEqualTo("1");

            traffic.follow("m", rule);
            assertThat(version(ask(http))).as("the directory says what it said").isEqualTo("1");

            server.models().label("m", Map.of("champion", "1", "canary", "2"));
            traffic.follow("m", rule);
            assertThat(version(ask(http))).isEqualTo("2");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1.000001, equal, 0",
        "1.5, different, 0.5",
    })
    void aShadowIsComparedAndNothingElse(float factor, String result, double difference) {
        try (ModelServer server =
                Versions.serve(OPTIONS, Map.of(), Models.times("m", "1", 1), Models.times("m", "2", factor))) {
            Http http = new Http(server.address());
            setRule(http, "{'split': {'1': 1}, 'shadow': {'to': '2'}}");
            for (int i = 0; i < 5; i++) {
                assertThat(ask(http).body()).isEqualTo("{\"predictions\":[[1.0]]}");
                assertThat(http.get("/prediction/1").body()).isEqualTo("{\"prediction\":[[1.0]]}");
            }

            Eventually.holds(() ->
                    assertThat(traffic(http).at("/shadow/" + result).asLong()).isEqualTo(10));
            JsonNode shadow = traffic(http).path("shadow");
            assertThat(shadow.path("max-difference").asDouble()).isBetween(difference, difference + 1e-4);
            assertThat(metrics(http))
                    .contains("slipway_shadow_copies_total{model=\"m\",result=\"" + result + "\",variant=\"2\"} 10.0")
                    .contains("slipway_shadow_copies_total{model=\"m\",result=\"failed\",variant=\"2\"} 0.0")
                    .contains("slipway_shadow_max_difference{model=\"m\",variant=\"2\"} ")
                    .doesNotContain("slipway_rows_total{model=\"m\",version=\"2\"}");
            assertThat(http.get("/v2/models/m/versions/2/stats").body()).contains("\"execution_count\":0");
        }
    }

    @Test
    void aShadowOfOtherInputsOrOneThatIsNotThereFails() {
        try (ModelServer server = Versions.serve(OPTIONS, Map.of(), Models.times("m", "1", 1), Models.wide("m", "2"))) {
            Http http = new Http(server.address());
            setRule(http, "{'split': {'1': 1}, 'shadow': {'to': '2'}}");
            ask(http);
            Eventually.holds(() ->
                    assertThat(traffic(http).at("/shadow/failed").asLong()).isEqualTo(1));
            assertThat(traffic(http).at("/shadow/last-failure").asText()).startsWith("version 2: inputs ");

            server.models().unload("m", "2", "unloaded");
            ask(http);
            Eventually.holds(() ->
                    assertThat(traffic(http).at("/shadow/failed").asLong()).isEqualTo(2));
            assertThat(traffic(http).at("/shadow/last-failure").asText()).contains("version 2 is UNAVAILABLE");
        }
    }

    @Test
    void aShadowThatIsTooSlowHoldsUpNobody() {
        Gated gate = new Gated();
        try (ModelServer server = Versions.serve(
                OPTIONS, Map.of(), Models.times("m", "1", 1), Versions.hosted("2", x -> gate.apply(List.of(x))))) {
            Http http = new Http(server.address());
            setRule(http, "{'split': {'1': 1}, 'shadow': {'to': '2', 'queue': 3}}");
            gate.shut();
            ask(http);
            gate.awaitBegun(1);
            for (int i = 0; i < 9; i++) {
                ask(http);
            }
            Eventually.holds(() ->
                    assertThat(traffic(http).at("/shadow/dropped").asLong()).isEqualTo(6));
            gate.open();

            Eventually.holds(
                    () -> assertThat(traffic(http).at("/shadow/equal").asLong()).isEqualTo(4));
        }
    }

    @Test
    void aRuleIsSetShownAndRemovedByRequest() {
        try (ModelServer server = serve()) {
            Http http = new Http(server.address());
            String rule = "{'split':{'champion':95.0,'canary':5.0},'sticky':{'cookie':'arm','max-age-seconds':60},"
                    + "'select':[{'header':'x-variant'},{'cookie':'group','value':'staff','to':'canary'}],"
                    + "'shadow':{'to':'2','percent':10.0,'queue':5,'absolute':0.1,'relative':0.0},"
                    + "'roll-back':{'canary':'canary','champion':'champion','window-seconds':30,'min-requests':20,"
                    + "'max-error-percent':5.0,'max-p99-ratio':2.0}}";
            HttpResponse<String> set = put(http, rule);

            assertThat(set.body()).contains("\"source\":\"request\",\"rule\":" + quoted(rule));
            assertThat(http.get(TRAFFIC).body()).isEqualTo(set.body());
            assertThat(delete(http).body()).isEqualTo("{}");
            assertThat(version(ask(http))).isEqualTo("2");
            assertThat(delete(http).statusCode()).isEqualTo(404);
            assertThat(http.post(TRAFFIC, "{}").headers().firstValue("allow")).hasValue("GET, HEAD, PUT, DELETE");
            assertThat(http.get(TRAFFIC + "/reset").statusCode()).isEqualTo(405);
            assertThat(http.post(TRAFFIC + "/reset", "").statusCode()).isEqualTo(404);
        }
    }

    private static HttpResponse<String> delete(Http http) {
        return http.send(http.request(TRAFFIC).DELETE());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {                                         | not JSON at line 1
            {"split": {"champion": -1}}               | body.split.champion: -1 (expected: a number
            {"split": {"champion": 1, "x": 1}}        | body.split.x: x (expected: a version or a label of 'm', one of [1, 2, canary, champion])
            {"split": {"1": 1}, "shadow": {"to": "3"}} | body.shadow.to: 3 (expected: a version or a label
            """)
    void aRuleThatIsWrongIsRefusedByItsFieldAndChangesNothing(String rule, String message) throws Exception {
        try (ModelServer server = serve()) {
            Http http = new Http(server.address());
            setRule(http, "{'split': {'1': 1}}");
            HttpResponse<String> answer = put(http, rule);

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(new ObjectMapper().readTree(answer.body()).path("error").asText())
                    .contains(message);
            assertThat(version(ask(http))).isEqualTo("1");
        }
    }

    @Test
    void aFixedListOfModelsTakesNoRule() {
        try (ModelServer server = ModelServer.start(OPTIONS, List.of(Models.times("m", "1", 1)))) {
            Http http = new Http(server.address());
            HttpResponse<String> answer = put(http, "{'split': {'1': 1}}");

            assertThat(answer.statusCode()).isEqualTo(501);
            assertThat(answer.body()).contains("model 'm': one of a fixed list (expected: a server of a directory");
        }
    }

    @Test
    void noRequestIsLostWhileRulesAndVersionsChange() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(2);
        try (ModelServer server = serve()) {
            Http http = new Http(server.address());
            setRule(http, SPLIT + "}");
            AtomicBoolean done = new AtomicBoolean();
            Set<String> answers = ConcurrentHashMap.newKeySet();
            List<Future<?>> asking = List.of(
                    clients.submit(() -> {
                        while (!done.get()) {
                            answers.add(ask(http).body());
                        }
                    }),
                    clients.submit(() -> {
                        while (!done.get()) {
                            answers.add(http.get("/prediction/1").body());
                        }
                    }));
            for (int i = 0; i < 30; i++) {
                server.models().publish(Models.times("m", "2", 2));
                setRule(http, SPLIT + ", 'shadow': {'to': '" + (i % 2 + 1) + "'}}");
                server.models().remove("m", "2");
                server.models().publish(Models.times("m", "2", 2));
                server.models().label("m", Map.of("champion", "1", "canary", "2"));
            }
            done.set(true);
            for (Future<?> each : asking) {
                each.get();
            }

            assertThat(answers).allMatch(answer -> answer.matches("\\{\"predictions?\":\\[\\[[12]\\.0]]}"));
        } finally {
            clients.shutdownNow();
        }
    }
}
