package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.server.inference.ServedModel;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MLflow's scoring protocol, and the contracts of SageMaker and Vertex AI. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ScoringTest {
    private static final Dimension BATCH = Dimension.symbol("batch");

    private ModelServer server;
    private Http http;

    /** Features as they are, so that their order shows. */
    private static ServedModel features() {
        return Models.model("features", graph -> {
            Value x = graph.input("x", DataType.FLOAT, Shape.of(List.of(BATCH, Dimension.of(3))));
            graph.output("y", new Ops(graph).identity(x));
        });
    }

    @BeforeAll
    void start() {
        server = ModelServer.start(
                ServerOptions.defaults()
                        .withAddress("127.0.0.1", 0)
                        .withScoring(
                                new ScoringOptions("line", "/aip/health", "/v1/endpoints/7/deployedModels/8:predict")),
                List.of(Models.line(), Models.mixed(), features(), Models.words()));
        http = new Http(server.address());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static JsonNode json(HttpResponse<String> response) {
        try {
            return new ObjectMapper().readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(response.body(), e);
        }
    }

    private HttpResponse<String> send(String path, String type, String body) {
        return http.send(
                http.request(path).header("content-type", type).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private void requirePredictions(HttpResponse<String> response, String predictions) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"predictions\":" + predictions + "}");
    }

    private static void requireError(HttpResponse<String> response, String words) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(json(response).path("error_code").textValue()).isEqualTo("BAD_REQUEST");
        assertThat(json(response).path("message").textValue()).contains(words);
        assertThat(json(response).has("stack_trace")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"instances\": [[10.0]]}",
                "{\"instances\": [10]}",
                "{\"instances\": [{\"x\": 10, \"more\": [1]}]}",
                "{\"inputs\": [[10.0]]}",
                "{\"inputs\": {\"x\": [[10.0]], \"more\": 1}}",
                "{\"dataframe_split\": {\"columns\": [\"x\"], \"data\": [[10.0]]}}",
                "{\"dataframe_split\": {\"columns\": [\"any\"], \"index\": [7], \"data\": [[10.0]]}}",
                "{\"dataframe_split\": {\"data\": [[10.0]]}}",
                "{\"dataframe_split\": {\"data\": [[1, 10.0]], \"columns\": [\"y\", \"x\"]}}",
                "{\"dataframe_records\": [{\"x\": 10.0}]}",
                "{\"dataframe_records\": [{\"x\": 10.0}], \"params\": null}",
                "{\"dataframe_records\": [{\"y\": {\"a\": [1]}, \"x\": [10.0]}], \"params\": {\"a\": [1]}}",
            })
    void takesEveryFormOfJson(String body) {
        requirePredictions(send("/invocations", "application/json", body), "[[31.0]]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/csv | x\\n10.0 | [[31.0]]",
                "text/csv; charset=utf-8 | x\\r\\n10\\r\\n1e1\\r\\n | [[31.0],[31.0]]",
                "Text/CSV;charset=UTF-8 | y,x\\n\"a, b\",10\\n,\"1\"\\n | [[31.0],[4.0]]",
                "text/csv | x,y\\n,1 | [[null]]",
                "text/csv; header=absent | 10\\n1 | [[31.0],[4.0]]",
            })
    void takesTablesAsCsv(String type, String body, String predictions) {
        requirePredictions(send("/invocations", type, body.replace("\\r", "\r").replace("\\n", "\n")), predictions);
    }

    @Test
    void putsFeaturesInTheOrderOfTheFirstRow() {
        requirePredictions(send("/models/features/invoke", "application/json", """
                        {"dataframe_records": [{"a": 1, "b": 2, "c": 3}, {"c": 6, "a": 4, "d": 9, "b": null}]}"""), "[[1.0,2.0,3.0],[4.0,null,6.0]]");
        requirePredictions(send("/models/features/invoke", "text/csv", "a,b,c\n1,2,3\n"), "[[1.0,2.0,3.0]]");
        requireError(send("/models/features/invoke", "text/csv", "a,b\n1,2\n"), "3 columns of its features");
        requireError(send("/models/features/invoke", "text/csv", "a,b,c\n1,2\n"), "a cell of column 'c'");
        requireError(send("/models/features/invoke", "text/csv", "a,b,c\n1,2,3,4\n"), "3 cells in a row");
    }

    @Test
    void givesSeveralInputsAColumnEachAndSeveralOutputsAName() {
        requirePredictions(
                send("/models/mixed/invoke", "application/json", """
                        {"dataframe_split": {"columns": ["count", "matrix", "more"],
                         "data": [[9007199254740993, [[1,2,3],[4,5,6]], "a"], [3, [[1,1,1],[1,1,1]], "b"]]}}"""),
                "{\"twice\":[18014398509481986,6],\"more\":[true,false]}");
        requireError(
                send("/models/mixed/invoke", "application/json", "{\"dataframe_records\": [{\"count\": 1}]}"),
                "input 'matrix'");
        requireError(send("/models/mixed/invoke", "application/json", """
                        {"dataframe_records": [{"count": null, "matrix": [[1,2,3],[4,5,6]]}]}"""), "an integer for int64");
        requireError(send("/models/mixed/invoke", "application/json", """
                        {"dataframe_records": [{"count": 1.0, "matrix": [[1,2,3],[4,5,6]]}]}"""), "an integer for int64");
    }

    /** SageMaker passes on what clients give it for the container, in bytes of any kind. */
    @Test
    void takesTheHeadersOfSageMaker() {
        requirePredictions(
                http.send(http.request("/invocations")
                        .headers(
                                "content-type",
                                "text/csv; header=absent",
                                "accept",
                                "application/json",
                                "x-amzn-sagemaker-custom-attributes",
                                "c000b4f9-df62-4c85-a0bf-7c525f9104a4; trace=é")
                        .POST(HttpRequest.BodyPublishers.ofString("10.0\n"))),
                "[[31.0]]");
    }

    @Test
    void takesTextsInTables() {
        requirePredictions(
                send("/models/words/invoke", "text/csv", "word\né\n"), "{\"place\":[[5]],\"again\":[[\"é\"]]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[[10.0]]",
                "{}",
                "",
                "{\"instances\": [1], \"inputs\": [1]}",
                "{\"instances\": [1], \"dataframe_split\": {\"data\": [[1]]}}",
                "{\"instances\": [1], \"signature_name\": \"serving_default\"}",
                "{\"instances\": [1], \"params\": 1}",
                "{\"instances\": [\"a\"]}",
                "{\"instances\": [1]} 2",
                "{\"dataframe_split\": {\"columns\": [\"x\", \"x\"], \"data\": [[1, 1]]}}",
                "{\"dataframe_split\": {\"columns\": [\"a\", \"b\"], \"data\": [[1, 2]]}}",
                "{\"dataframe_split\": {\"columns\": [\"x\"], \"data\": [[1, 2]]}}",
                "{\"dataframe_split\": {\"columns\": [\"x\"], \"data\": [[]]}}",
                "{\"dataframe_split\": {\"columns\": [\"x\"], \"data\": []}}",
                "{\"dataframe_split\": {\"columns\": [[]], \"data\": [[1]]}}",
                "{\"dataframe_split\": {\"columns\": [\"x\"]}}",
                "{\"dataframe_split\": [1]}",
                "{\"dataframe_records\": []}",
                "{\"dataframe_records\": [1]}",
                "{\"dataframe_records\": [{}]}",
                "{\"dataframe_records\": {}}",
            })
    void refusesWhatIsNoneOfTheForms(String body) {
        requireError(send("/invocations", "application/json", body), "expected: ");
    }

    @Test
    void refusesWhatIsNotJson() {
        requireError(send("/invocations", "application/json", "{"), "not JSON at line 1, column 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x\n", "x\nabc\n", "y,z\n1,2\n", "x\n\"1\n"})
    void refusesTablesThatDoNotFit(String body) {
        requireError(send("/invocations", "text/csv", body), "expected: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/json; charset=latin1",
                "application/json; format=pandas-split",
                "application/json; header=absent",
                "application/x-npy"
            })
    void refusesOtherTypesOfContent(String type) {
        HttpResponse<String> response = send("/invocations", type, "{\"instances\": [1]}");
        assertThat(response.statusCode()).isEqualTo(415);
        assertThat(json(response).path("message").textValue()).contains("application/json or text/csv");
    }

    @Test
    void tellsOfItself() {
        for (String path : List.of("/ping", "/health", "/aip/health")) {
            assertThat(http.get(path).statusCode()).isEqualTo(200);
            assertThat(http.get(path).body()).isEqualTo("\n");
        }
        assertThat(http.get("/version").body()).matches("\\d+\\.\\d+\\.\\d+");
        assertThat(json(http.get("/models")).path("models").findValuesAsText("modelName"))
                .containsExactly("features", "line", "mixed", "words");
        assertThat(json(http.get("/models/line")).path("modelName").textValue()).isEqualTo("line");
        assertThat(http.get("/models/nope").statusCode()).isEqualTo(404);
    }

    @Test
    void saysWhichModelsThereAreIfNoneIsNamed() {
        try (ModelServer several = ModelServer.start(
                ServerOptions.defaults().withAddress("127.0.0.1", 0), List.of(Models.line(), Models.mixed()))) {
            Http client = new Http(several.address());
            assertThat(client.get("/ping").statusCode()).isEqualTo(200);
            requireError(client.post("/invocations", "{\"instances\": [1]}"), "set to one of [line, mixed]");
        }
        try (ModelServer only =
                ModelServer.start(ServerOptions.defaults().withAddress("127.0.0.1", 0), List.of(Models.line()))) {
            requirePredictions(new Http(only.address()).post("/invocations", "{\"instances\": [1]}"), "[[4.0]]");
            only.models().unload("line", "1", "for a test");
            assertThat(new Http(only.address()).get("/ping").statusCode()).isEqualTo(404);
            assertThat(new Http(only.address()).post("/invocations", "{}").statusCode())
                    .isEqualTo(503);
        }
    }

    @Test
    void answersOnThePathThatTheHostSets() {
        String path = "/v1/endpoints/7/deployedModels/8:predict";
        requirePredictions(
                http.post(path, "{\"instances\": [[1], [NaN]], \"parameters\": {\"a\": [1]}}"), "[[4.0],[null]]");
        requirePredictions(http.post(path, "{\"instances\": [[1]], \"parameters\": null}"), "[[4.0]]");
        assertThat(http.post(path, "{\"inputs\": [[1]]}").statusCode()).isEqualTo(400);
        assertThat(http.post(path, "{\"instances\": [\"a\"]}").statusCode()).isEqualTo(400);
        assertThat(http.get(path).statusCode()).isEqualTo(405);
    }
}
