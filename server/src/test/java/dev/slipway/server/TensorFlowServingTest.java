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
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of TensorFlow Serving and of KServe's first protocol rely on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TensorFlowServingTest {
    private static final Dimension BATCH = Dimension.symbol("batch");

    private ModelServer server;
    private Http http;

    /** Scores of three classes: the features themselves. */
    private static ServedModel scores() {
        return Models.model("scores", graph -> {
            Value x = graph.input("x", DataType.FLOAT, Shape.of(List.of(BATCH, Dimension.of(3))));
            graph.output("y", new Ops(graph).identity(x));
        });
    }

    /** Texts under a name that says they are bytes. */
    private static ServedModel texts() {
        return Models.model("texts", graph -> {
            Value x = graph.input("x", DataType.STRING, Shape.of(List.of(BATCH)));
            graph.output("same_bytes", new Ops(graph).identity(x));
        });
    }

    /** One number, whatever the rows. */
    private static ServedModel sum() {
        return Models.model("sum", graph -> {
            Value x = graph.input("x", DataType.FLOAT, Shape.of(List.of(BATCH)));
            graph.output("y", new Ops(graph).reduceSum(x, false, 0));
        });
    }

    @BeforeAll
    void start() {
        server = ModelServer.start(
                ServerOptions.defaults().withAddress("127.0.0.1", 0),
                List.of(
                        Models.line(),
                        Models.mixed(),
                        Models.times("m", "2", 2),
                        Models.times("m", "10", 10),
                        scores(),
                        texts(),
                        sum()));
        server.models().label("m", Map.of("stable", "2"));
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

    private String predict(String model, String body) {
        HttpResponse<String> response = http.post("/v1/models/" + model + ":predict", body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    private void requireError(HttpResponse<String> response, int status, String words) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(json(response).path("error").textValue()).startsWith(words);
        assertThat(json(response).path("detail")).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/V1/Models/line:predict", "/v1/MODELS/line/VERSIONS/1:PREDICT", "/v1/models/l%69ne:predict"})
    void knowsPathsInAnyCaseAndDecodesNames(String path) {
        assertThat(http.post(path, "{\"instances\": [1]}").body()).isEqualTo("{\"predictions\":[[4.0]]}");
    }

    @ParameterizedTest
    @CsvSource({"m, 10.0", "m/versions/2, 2.0", "m/versions/10, 10.0", "m/labels/stable, 2.0"})
    void predictsWithVersionsAndLabels(String model, String expected) {
        assertThat(predict(model, "{\"instances\": [1]}")).isEqualTo("{\"predictions\":[[" + expected + "]]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"instances\": [NaN, Infinity, -Infinity]} | {\"predictions\":[[NaN],[Infinity],[-Infinity]]}",
                "{\"instances\": [1e39, -1e400]} | {\"predictions\":[[Infinity],[-Infinity]]}",
                "{\"instances\": [0.1]} | {\"predictions\":[[1.3]]}",
                "{\"instances\": [3]} and what follows | {\"predictions\":[[10.0]]}",
                "{\"inputs\": {\"x\": [[3]], \"other\": {\"a\": [1]}}} | {\"outputs\":[[10.0]]}",
                "{\"instances\": [{\"x\": 3}], \"signature_name\": \"serving_default\"} | {\"predictions\":[[10.0]]}",
                "{\"instances\": [{\"x\": 3}], \"signature_name\": \"\"} | {\"predictions\":[[10.0]]}",
                "{\"other\": {\"instances\": []}, \"instances\": [{\"x\": [3]}]} | {\"predictions\":[[10.0]]}",
            })
    void readsAndWritesNumbersAsItDoes(String request, String expected) {
        assertThat(predict("line", request)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"instances\": [\"a\", {\"b64\": \"w6k=\"}]} | {\"predictions\":[{\"b64\":\"YQ==\"},{\"b64\":\"w6k=\"}]}",
                "{\"inputs\": [{\"b64\": \"w6k=\"}]} | {\"outputs\":[{\"b64\":\"w6k=\"}]}",
                "{\"instances\": [{\"x\": {\"b64\": \"w6k=\"}}]} | {\"predictions\":[{\"b64\":\"w6k=\"}]}",
            })
    void carriesBytesOfTextsInBase64(String request, String expected) {
        assertThat(predict("texts", request)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "texts | {\"instances\": [{\"b64\": \"w6\"}, {\"b64\": \"!\"}]} | body.instances.0.b64",
                "texts | {\"instances\": [{\"b64\": \"/w==\"}]} | body.instances.0.b64",
                "texts | {\"instances\": [{\"b64\": \"YQ==\", \"a\": 1}]} | body.instances.0.a",
                "line | {\"instances\": [[{\"b64\": \"YQ==\"}]]} | body.instances.0.0",
                "mixed | {\"instances\": [{\"count\": 3.0, \"matrix\": [[1,2,3],[4,5,6]]}]} | body.instances.0.count",
                "mixed | {\"instances\": [{\"count\": 3}]} | body.instances.0.matrix",
                "mixed | {\"instances\": [{\"count\": 3, \"matrix\": [[1,2],[4,5]]}]} | body.instances.0.matrix.0",
                "sum | {\"instances\": [1, 2]} | body",
                "line | {\"instances\": []} | body.instances",
            })
    void refusesWhatDoesNotFit(String model, String request, String place) {
        requireError(http.post("/v1/models/" + model + ":predict", request), 400, place + ": ");
    }

    @Test
    void answersColumnsWithoutCommonRows() {
        assertThat(predict("sum", "{\"inputs\": [1, 2]}")).isEqualTo("{\"outputs\":3.0}");
    }

    @Test
    void saysTheWordsThatClientsLookFor() {
        String line = "/v1/models/line:predict";
        requireError(http.post(line, "{}"), 400, "Missing 'inputs' or 'instances' key");
        requireError(http.post(line, ""), 400, "JSON Parse error: The document is empty");
        requireError(http.post(line, "{\"instances\": [1"), 400, "JSON Parse error: ");
        requireError(
                http.post(line, "{\"signature_name\": \"x\", \"instances\": [1]}"),
                400,
                "Serving signature name: \"x\" not found in signature def");
        requireError(http.post("/v1/models/n:predict", "{}"), 404, "Servable not found for request: Latest(n)");
        requireError(
                http.post("/v1/models/m/versions/3:predict", "{}"),
                404,
                "Servable not found for request: Specific(m, 3)");
        requireError(http.post("/v1/models/m/labels/x:predict", "{}"), 400, "Unrecognized servable version label: x");
        requireError(http.get(line), 400, "Malformed request: GET /v1/models/line:predict");
        requireError(http.post("/v1/models/line", "{}"), 400, "Malformed request: POST /v1/models/line");
        requireError(http.get("/v1/nonsense"), 400, "Malformed request: GET /v1/nonsense");
        requireError(
                http.post("/v1/models/line:classify", "{\"examples\": [{\"x\": 1}]}"),
                400,
                "Expected classification signature method_name to be tensorflow/serving/classify. Was: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"examples\": [{\"x\": [0.5, 1, 2]}, {\"x\": [1, 2, 3], \"more\": \"a\"}]}"
                        + " | {\"results\":[[[\"\",0.5],[\"\",1.0],[\"\",2.0]],[[\"\",1.0],[\"\",2.0],[\"\",3.0]]]}",
                "{\"examples\": [{}], \"context\": {\"x\": [1, 2, NaN]}}"
                        + " | {\"results\":[[[\"\",1.0],[\"\",2.0],[\"\",NaN]]]}",
            })
    void classifies(String request, String expected) {
        assertThat(http.post("/v1/models/scores:classify", request).body()).isEqualTo(expected);
    }

    @Test
    void regresses() {
        assertThat(http.post("/v1/models/line:regress", "{\"examples\": [{\"x\": 1}, {\"x\": [2.5]}]}")
                        .body())
                .isEqualTo("{\"results\":[4.0,8.5]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{\"examples\": []}",
                "{\"examples\": [{}]}",
                "{\"examples\": [{\"x\": [1, 2]}]}",
                "{\"examples\": [{\"x\": [[1]]}]}",
                "{\"examples\": 1}",
                "{\"examples\": [{\"x\": 1}], \"context\": 1}"
            })
    void refusesExamplesThatDoNotFit(String request) {
        assertThat(http.post("/v1/models/line:regress", request).statusCode()).isEqualTo(400);
    }

    @Test
    void tellsOfModelsAsKServeDoesToo() {
        assertThat(json(http.get("/v1/models")).path("models").toString())
                .isEqualTo("[\"line\",\"m\",\"mixed\",\"scores\",\"sum\",\"texts\"]");
        JsonNode status = json(http.get("/v1/models/m"));
        assertThat(status.path("ready").booleanValue()).isTrue();
        assertThat(status.path("name").textValue()).isEqualTo("m");
        assertThat(status.path("model_version_status").findValuesAsText("version"))
                .containsExactly("2", "10");
        assertThat(json(http.get("/v1/models/m/versions/2")).path("model_version_status"))
                .hasSize(1);
        assertThat(json(http.get("/v1/models/m/labels/stable/metadata"))
                        .at("/model_spec/version")
                        .textValue())
                .isEqualTo("2");
        assertThat(json(http.get("/v1/models/m/versions/2/metadata"))
                        .at("/model_spec/version")
                        .textValue())
                .isEqualTo("2");
        requireError(http.get("/v1/models/n"), 404, "Servable not found for request: Latest(n)");
    }

    @Test
    void answersEventsInTheirOwnMode() {
        HttpResponse<String> binary = http.send(http.request("/v1/models/line:predict")
                .headers("ce-specversion", "1.0", "ce-id", "7", "ce-source", "here", "ce-type", "t")
                .POST(HttpRequest.BodyPublishers.ofString("{\"instances\": [1]}")));
        assertThat(binary.body()).isEqualTo("{\"predictions\":[[4.0]]}");
        assertThat(binary.headers().firstValue("ce-type")).contains("io.kserve.inference.response");
        assertThat(binary.headers().firstValue("ce-source")).contains("io.kserve.inference.line");
        assertThat(binary.headers().firstValue("ce-id")).isPresent();

        JsonNode structured = json(event("{\"specversion\":\"1.0\",\"id\":\"7\",\"source\":\"here\",\"type\":\"t\","
                + "\"data\":{\"instances\": [1]}}"));
        assertThat(structured.path("data").toString()).isEqualTo("{\"predictions\":[[4.0]]}");
        assertThat(structured.path("specversion").textValue()).isEqualTo("1.0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"instances\": [1]}",
                "[]",
                "{\"specversion\":\"1.0\",\"id\":\"7\",\"source\":\"here\",\"data\":{\"instances\": [1]}}",
                "{\"specversion\":\"1.0\",\"id\":\"7\",\"source\":\"here\",\"type\":\"t\",\"data\":[1]}"
            })
    void refusesWhatIsNoEvent(String body) {
        assertThat(event(body).statusCode()).isEqualTo(400);
    }

    private HttpResponse<String> event(String body) {
        return http.send(http.request("/v1/models/line:predict")
                .header("content-type", "application/cloudevents+json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }
}
