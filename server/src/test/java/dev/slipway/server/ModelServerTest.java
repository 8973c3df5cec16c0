package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract over real HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ModelServerTest {
    private static final int MAX_BODY = 100_000;
    private static final ServerOptions OPTIONS =
            ServerOptions.defaults().withAddress("127.0.0.1", 0).withMaxBodyBytes(MAX_BODY);

    private ModelServer server;
    private Http http;

    @BeforeAll
    void start() {
        server = ModelServer.start(OPTIONS, List.of(Models.line(), Models.mixed()));
        http = new Http(server.address());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static JsonNode json(HttpResponse<String> response) {
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        try {
            return new ObjectMapper().readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(response.body(), e);
        }
    }

    @ParameterizedTest
    @CsvSource({"10, 31.0", "-1, -2.0", "0.5, 2.5", "1e3, 3001.0", "+2, 7.0", ".5, 2.5", "2., 7.0", "1%2E5, 5.5"})
    void predictsForANumberInThePath(String input, String expected) {
        HttpResponse<String> response = http.get("/prediction/" + input);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"prediction\":[[" + expected + "]]}");
    }

    @Test
    void answersNumbersThatJsonCannotWriteAsStrings() {
        assertThat(http.get("/prediction/NaN").body()).isEqualTo("{\"prediction\":[[\"NaN\"]]}");
        assertThat(http.get("/prediction/-Infinity").body()).isEqualTo("{\"prediction\":[[\"-Infinity\"]]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "1x", "0x10", "1f", "--1", "1e", "e5", ".", "%20", "1,5", "", "nan", "1e5.5"})
    void refusesWhatIsNoNumber(String input) {
        HttpResponse<String> response = http.get("/prediction/" + input);

        assertThat(response.statusCode()).isEqualTo(422);
        JsonNode problem = json(response).path("detail").path(0);
        assertThat(problem.path("type").textValue()).isEqualTo("float_parsing");
        assertThat(problem.path("loc").toString()).isEqualTo("[\"path\",\"input_value\"]");
        assertThat(problem.path("msg").textValue()).isEqualTo("expected: a number");
    }

    @Test
    void refusesNumbersBeyondTheElementType() {
        HttpResponse<String> response = http.get("/prediction/1e39");

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(json(response).at("/detail/0").toString())
                .isEqualTo("{\"type\":\"finite_number\",\"loc\":[\"path\",\"input_value\"],"
                        + "\"msg\":\"expected: a number within the range of float32\",\"input\":\"1e39\"}");
    }

    @Test
    void predictsForRowsAndForColumns() {
        assertThat(http.post("/v1/models/line:predict", "{\"instances\": [[10.0], [0]]}")
                        .body())
                .isEqualTo("{\"predictions\":[[31.0],[1.0]]}");
        assertThat(http.post("/v1/models/line:predict", "{\"inputs\": {\"x\": [[10.0]]}}")
                        .body())
                .isEqualTo("{\"outputs\":[[31.0]]}");
        assertThat(http.post("/v1/models/line/versions/1:predict", "{\"instances\": [1, 2]}")
                        .body())
                .isEqualTo("{\"predictions\":[[4.0],[7.0]]}");
    }

    @Test
    void predictsForSeveralInputsAndOutputs() {
        String rows = "{\"instances\": [{\"count\": 9007199254740993, \"matrix\": [[1,2,3],[4,5,6]]},"
                + "{\"count\": 3, \"matrix\": [[1,1,1],[1,1,1]]}]}";
        assertThat(http.post("/v1/models/mixed:predict", rows).body())
                .isEqualTo("{\"predictions\":[{\"twice\":18014398509481986,\"more\":true},"
                        + "{\"twice\":6,\"more\":false}]}");
        String columns = "{\"inputs\": {\"count\": [2, 30], \"matrix\": [[[1,2,3],[4,5,6]], [[1,1,1],[1,1,1]]]}}";
        assertThat(http.post("/v1/models/mixed:predict", columns).body())
                .isEqualTo("{\"outputs\":{\"twice\":[4,60],\"more\":[false,true]}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"instances\": [[\"a\"]]} | float_type | [\"body\",\"instances\",0,0] | \"a\"",
                "{\"instances\": [[1],[1,2]]} | too_long | [\"body\",\"instances\",1] | more than 1 entries",
                "{\"instances\": [[1],[]]} | too_short | [\"body\",\"instances\",1] | 0 entries",
                "{\"instances\": [[[1]]]} | float_type | [\"body\",\"instances\",0,0] | a list",
                "{\"instances\": [null]} | float_type | [\"body\",\"instances\",0] | null",
                "{\"instances\": []} | too_short | [\"body\",\"instances\"] | an empty list",
                "{\"instances\": 5} | list_type | [\"body\",\"instances\"] | 5",
                "{\"instances\": [{\"y\": 1}]} | extra_forbidden | [\"body\",\"instances\",0,\"y\"] | 1",
                "{\"instances\": [{}]} | missing | [\"body\",\"instances\",0,\"x\"] | nothing",
                "{\"instances\": [1], \"inputs\": [1]} | extra_forbidden | [\"body\",\"inputs\"] | a second one",
                "{\"inputs\": 1} | list_type | [\"body\",\"inputs\"] | 1",
                "{\"inputs\": {\"y\": [1]}} | missing | [\"body\",\"inputs\",\"x\"] | nothing",
                "{\"rows\": [1]} | missing | [\"body\"] | an object without them",
                "[1] | dict_type | [\"body\"] | a list",
                "{\"instances\": [1], \"signature_name\": \"s\"} | literal_error | [\"body\",\"signature_name\"] | \"s\"",
            })
    void refusesInputThatDoesNotFitAndSaysWhere(String body, String type, String location, String input) {
        HttpResponse<String> response = http.post("/v1/models/line:predict", body);

        assertThat(response.statusCode()).isEqualTo(400);
        JsonNode problem = json(response).at("/detail/0");
        assertThat(problem.path("type").textValue()).isEqualTo(type);
        assertThat(problem.path("loc").toString()).isEqualTo(location);
        assertThat(problem.path("input").textValue()).isEqualTo(input);
        assertThat(problem.path("msg").textValue()).startsWith("expected: ");
    }

    @Test
    void namesEveryMissingInputAtOnce() {
        JsonNode answer = json(http.post("/v1/models/mixed:predict", "{\"inputs\": {}}"));

        assertThat(answer.path("detail")).hasSize(2);
        assertThat(answer.path("error").textValue())
                .isEqualTo("body.inputs.matrix: nothing (expected: input 'matrix', float32 [batch, 2, 3]);"
                        + " body.inputs.count: nothing (expected: input 'count', int64 [batch])");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "9223372036854775808", "\"1\"", "true"})
    void refusesWhatIsNoIntegerOfTheType(String count) {
        HttpResponse<String> response = http.post(
                "/v1/models/mixed:predict",
                "{\"inputs\": {\"matrix\": [[[1,2,3],[4,5,6]]], \"count\": [" + count + "]}}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).at("/detail/0/loc").toString()).isEqualTo("[\"body\",\"inputs\",\"count\",0]");
    }

    @Test
    void refusesInputsOfDifferentBatches() {
        HttpResponse<String> response = http.post(
                "/v1/models/mixed:predict", "{\"inputs\": {\"matrix\": [[[1,2,3],[4,5,6]]], \"count\": [1, 2]}}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).at("/detail/0/type").textValue()).isEqualTo("shape_mismatch");
    }

    @Test
    void saysWhereMalformedJsonStopsBeingJson() {
        HttpResponse<String> response = http.post("/v1/models/line:predict", "{\"instances\":\n [[1.0}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).at("/detail/0/loc").toString()).isEqualTo("[\"body\",\"line 2\",\"column 7\"]");
        assertThat(json(response).path("error").textValue()).contains("not JSON at line 2, column 7");
    }

    @Test
    void refusesAnEmptyBody() {
        HttpResponse<String> response = http.post("/v1/models/line:predict", "");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).at("/detail/0/type").textValue()).isEqualTo("json_empty");
    }

    @Test
    void refusesNestingWithoutEnd() {
        assertThat(http.post("/v1/models/line:predict", "{\"a\":" + "[".repeat(50_000))
                        .statusCode())
                .isEqualTo(400);
        assertThat(http.post("/v1/models/line:predict", "{\"instances\":" + "[".repeat(50_000))
                        .statusCode())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/models/nope:predict, POST, 404",
        "/v1/models/line/versions/2:predict, POST, 404",
        "/v1/models/line:explain, POST, 400",
        "/nope, GET, 404",
        "/docs/../../pom.xml, GET, 404",
        "/docs/%2e%2e/x, GET, 404",
        "/prediction/1, POST, 405",
        "/v1/models/line, DELETE, 400",
        "/v1/models/line:predict, GET, 400",
        "/openapi.json, PUT, 405",
        "/prediction/%zz, GET, 400",
    })
    void refusesWhatIsNotThere(String path, String method, int status) {
        // Not every one of these is an address for Java's own client.
        String answer = RawHttp.send(
                server.port(),
                method + " " + path + " HTTP/1.1\r\nHost: x\r\n" + "Content-Length: 0\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 " + status + " ").contains("\"detail\":[{");
        assertThat(answer.contains("allow: ")).isEqualTo(status == 405);
    }

    @Test
    void refusesBodiesPastTheLimitByTheirHeaderAndByTheirLength() {
        String big = "{\"instances\": [" + "1,".repeat(MAX_BODY) + "1]}";
        HttpResponse<String> refused = http.post("/v1/models/line:predict", big);
        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.headers().firstValue("connection"))
                .as("what is not read to its end is cut off, which the client must know")
                .hasValue("close");
        HttpRequest.Builder chunked = http.request("/v1/models/line:predict")
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(
                        big.substring(0, MAX_BODY + 5).getBytes(StandardCharsets.UTF_8))));
        assertThat(http.send(chunked).statusCode()).isEqualTo(413);
    }

    @Test
    void refusesBodiesOfOtherTypes() {
        HttpRequest.Builder csv = http.request("/v1/models/line:predict")
                .header("content-type", "text/csv")
                .POST(HttpRequest.BodyPublishers.ofString("1,2"));
        assertThat(http.send(csv).statusCode()).isEqualTo(415);
        HttpRequest.Builder brotli = http.request("/v1/models/line:predict")
                .header("content-encoding", "br")
                .POST(HttpRequest.BodyPublishers.ofString("x"));
        assertThat(http.send(brotli).statusCode()).isEqualTo(415);
    }

    @Test
    void saysWhatIsServed() {
        assertThat(json(http.get("/v1/models/line"))
                        .at("/model_version_status/0/state")
                        .textValue())
                .isEqualTo("AVAILABLE");
        JsonNode signature =
                json(http.get("/v1/models/mixed/metadata")).at("/metadata/signature_def/signature_def/serving_default");
        assertThat(signature.at("/inputs/count/dtype").textValue()).isEqualTo("DT_INT64");
        assertThat(signature.at("/inputs/matrix/tensor_shape/dim").findValuesAsText("size"))
                .containsExactly("-1", "2", "3");
        assertThat(http.get("/health/live").body()).isEqualTo("{\"live\":true}");
        assertThat(http.get("/health/ready").body()).isEqualTo("{\"ready\":true}");
    }

    @Test
    void answersHeadWithoutABody() {
        HttpResponse<String> head =
                http.send(http.request("/prediction/10").method("HEAD", HttpRequest.BodyPublishers.noBody()));

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("content-length")).contains("23");
        assertThat(head.body()).isEmpty();
    }

    @Test
    void givesEveryConcurrentRequestItsOwnAnswer() {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            answers.add(http.later(http.request("/prediction/" + i)));
            answers.add(http.later(http.request("/v1/models/line:predict")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"instances\": [[" + i + "]]}"))));
        }
        List<String> bodies = answers.stream()
                .map(CompletableFuture::join)
                .map(HttpResponse::body)
                .toList();

        List<String> expected = IntStream.range(0, 500)
                .boxed()
                .flatMap(i -> java.util.stream.Stream.of(
                        "{\"prediction\":[[" + (3.0f * i + 1) + "]]}", "{\"predictions\":[[" + (3.0f * i + 1) + "]]}"))
                .toList();
        assertThat(bodies).isEqualTo(expected);
    }

    @Test
    void answersManyRows() {
        String rows = String.join(",", java.util.Collections.nCopies(20_000, "[1]"));

        HttpResponse<String> response = http.post("/v1/models/line:predict", "{\"instances\": [" + rows + "]}");

        assertThat(json(response).path("predictions"))
                .hasSize(20_000)
                .allMatch(row -> row.at("/0").floatValue() == 4);
    }

    @Test
    void refusesAPortThatIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            ServerOptions options = OPTIONS.withAddress("127.0.0.1", taken.getLocalPort());
            assertThatThrownBy(() -> ModelServer.start(options, List.of(Models.line())))
                    .isInstanceOf(ServerException.class)
                    .hasMessageStartingWith("127.0.0.1:" + taken.getLocalPort() + ": ")
                    .hasMessageEndingWith("(expected: a free port on an address of this machine)");
        }
    }

    @Test
    void refusesTwoModelsOfOneName() {
        assertThatThrownBy(() -> ModelServer.start(OPTIONS, List.of(Models.line(), Models.line())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("model name: 'line' twice (expected: a name for each model)");
    }

    @Test
    void writesALineForEveryRequest() {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        ModelServer logged = ModelServer.start(OPTIONS.withRequestLog(log), List.of(Models.line()));
        Http client = new Http(logged.address());
        client.get("/prediction/10");
        client.get("/prediction/x%0Ay");
        logged.close();

        assertThat(log.toString(StandardCharsets.US_ASCII).lines())
                .satisfiesExactly(
                        first -> assertThat(first)
                                .matches(
                                        "20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z 127.0.0.1 GET /prediction/10 200"
                                                + " 23B \\d+\\.\\d{3}ms [0-9a-f]{16}"),
                        second -> assertThat(second).contains("GET /prediction/x%0Ay 422 "));
    }

    @Test
    void theLineNamesTheTraceThatTheClientTells() {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (ModelServer logged = ModelServer.start(OPTIONS.withRequestLog(log), List.of(Models.line()))) {
            Http client = new Http(logged.address());
            client.send(client.request("/prediction/10")
                    .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
            client.send(client.request("/prediction/10").header("traceparent", "00-4bf92f3577b34da6-01"));
        }

        assertThat(log.toString(StandardCharsets.US_ASCII).lines())
                .satisfiesExactly(
                        first -> assertThat(first).matches(".*ms [0-9a-f]{16} trace=4bf92f3577b34da6a3ce929d0e0e4736"),
                        second -> assertThat(second).doesNotContain("trace="));
    }

    @Test
    void isNotReadyAnyMoreOnceClosedAndClosesTwice() {
        ModelServer other = ModelServer.start(OPTIONS, List.of(Models.line()));
        Http client = new Http(other.address());
        assertThat(client.get("/health/ready").statusCode()).isEqualTo(200);
        other.close();
        other.close();

        assertThatThrownBy(() -> client.get("/health/ready")).isInstanceOf(AssertionError.class);
    }
}
