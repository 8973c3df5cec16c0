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

/** {@code null} is a value that is missing, where the model knows what stands in, and nowhere else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MissingValuesTest {
    private static final String SUM = "{\"sum\":[14.0],\"letter\":[\"missing\"]}";
    private static final String FIRST_ROW = "{\"age\": null, \"other\": 10, \"city\": null}";

    private ModelServer server;
    private Http http;

    /** A number to be classified by; 4 if it is missing. */
    private static ServedModel scored() {
        return Models.model("scored", graph -> {
            Ops ops = new Ops(graph);
            Value x = graph.input("x", DataType.FLOAT, Shape.of(List.of(Dimension.symbol("batch"), Dimension.of(1))));
            graph.output("y", ops.where(ops.isNaN(x), ops.like(x, 4), x));
        });
    }

    @BeforeAll
    void start() {
        server = ModelServer.start(
                ServerOptions.defaults()
                        .withAddress("127.0.0.1", 0)
                        .withScoring(new ScoringOptions("gaps", "/aip/health", "/aip/predict")),
                List.of(Models.gaps(), scored()));
        http = new Http(server.address());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"age\": null, \"other\": 10, \"city\": null}",
                "{\"age\": [null], \"other\": [10], \"city\": [null]}",
                "{\"age\": \"NaN\", \"other\": 10, \"city\": \"\"}",
            })
    void theTypedRouteTakesIt(String row) {
        assertThat(http.post("/models/gaps/predict", row).body()).isEqualTo(SUM);
        assertThat(http.post("/models/gaps/predict", "[" + row + "]").body()).isEqualTo("[" + SUM + "]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"age\": 1, \"other\": null, \"city\": \"\"} | float_type | other",
                "{\"age\": 1, \"other\": [null], \"city\": \"\"} | float_type | other",
                "{\"age\": 1, \"city\": \"\"} | missing | other",
                "{\"other\": 1, \"city\": \"\"} | missing | age",
                "{\"age\": \"\", \"other\": 1, \"city\": \"\"} | float_type | age",
            })
    void everythingElseMayNotBeMissing(String row, String type, String field) throws JsonProcessingException {
        HttpResponse<String> refused = http.post("/models/gaps/predict", row);

        assertThat(refused.statusCode()).isEqualTo(422);
        JsonNode problem = new ObjectMapper().readTree(refused.body()).at("/detail/0");
        assertThat(problem.path("type").textValue()).isEqualTo(type);
        assertThat(problem.path("loc").path(1).textValue()).isEqualTo(field);
    }

    @Test
    void tensorFlowServingsFormsTakeIt() {
        String predict = "/v1/models/gaps:predict";
        assertThat(http.post(predict, "{\"instances\": [" + FIRST_ROW + "]}").body())
                .isEqualToIgnoringWhitespace("{\"predictions\": [{\"sum\": [14.0], \"letter\": [\"missing\"]}]}");
        assertThat(http.post(
                                predict,
                                "{\"inputs\": {\"age\": [null, 1], \"other\": [[1], [1]], \"city\": [[null], [\"b\"]]}}")
                        .statusCode())
                .as("columns are whole tensors, lists in lists")
                .isEqualTo(200);
        assertThat(http.post("/v1/models/scored:regress", "{\"examples\": [{\"x\": null}, {\"x\": [2]}]}")
                        .body())
                .isEqualToIgnoringWhitespace("{\"results\": [4.0, 2.0]}");
        HttpResponse<String> refused =
                http.post(predict, "{\"instances\": [{\"age\": 1, \"other\": null, \"city\": \"\"}]}");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("body.instances.0.other: null (expected: a number for float32)");
    }

    @Test
    void theOpenInferenceProtocolTakesIt() {
        String body = "{\"inputs\": ["
                + "{\"name\": \"age\", \"shape\": [1, 1], \"datatype\": \"FP32\", \"data\": [null]},"
                + "{\"name\": \"other\", \"shape\": [1, 1], \"datatype\": \"FP32\", \"data\": [10]},"
                + "{\"name\": \"city\", \"shape\": [1, 1], \"datatype\": \"BYTES\", \"data\": [[null]]}]}";

        assertThat(http.post("/v2/models/gaps/infer", body).body()).contains("[14.0]", "[\"missing\"]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"dataframe_split\": {\"columns\": [\"other\", \"age\", \"city\"], \"data\": [[10, null, null]]}}",
                "{\"dataframe_records\": [{\"age\": null, \"other\": 10, \"city\": null}]}",
                "{\"instances\": [{\"age\": null, \"other\": 10, \"city\": null}]}",
            })
    void aTableOfPandasTakesIt(String body) {
        assertThat(http.post("/invocations", body).body()).contains("14.0", "missing");
    }

    @Test
    void anEmptyCellOfATableIsMissing() {
        HttpResponse<String> answer = http.send(http.request("/invocations")
                .header("content-type", "text/csv")
                .POST(HttpRequest.BodyPublishers.ofString("age,other,city\n,10,\n1,10,Oslo\n")));

        assertThat(answer.body()).contains("14.0", "11.0", "missing", "O");
    }

    @Test
    void theDescriptionSaysSoAndItsExampleSucceeds() throws JsonProcessingException {
        JsonNode post = new ObjectMapper()
                .readTree(http.get("/openapi.json").body())
                .path("paths")
                .path("/models/gaps/predict")
                .path("post")
                .at("/requestBody/content/application~1json");
        JsonNode row = post.at("/schema/anyOf/0/properties");

        assertThat(row.at("/age/items/type").toString()).isEqualTo("[\"number\",\"null\"]");
        assertThat(row.at("/age/items/examples").toString()).isEqualTo("[0.5,null]");
        assertThat(row.at("/city/items/type").toString()).isEqualTo("[\"string\",\"null\"]");
        assertThat(row.at("/other/items").toString()).isEqualTo("{\"$ref\":\"#/components/schemas/Float\"}");
        JsonNode example = post.at("/examples/missing/value");
        assertThat(example.toString()).isEqualTo("{\"age\":[null],\"other\":[0.5],\"city\":[null]}");
        assertThat(http.post("/models/gaps/predict", example.toString()).body())
                .isEqualTo("{\"sum\":[4.5],\"letter\":[\"missing\"]}");
    }
}
