package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.models.ModelState;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Open Inference Protocol over REST, with a real client. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OpenInferenceTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ModelServer server;
    private Http http;

    /** Gives back what it gets, of one type. */
    private static ServedModel echo(DataType type) {
        Shape shape = Shape.of(List.of(Dimension.symbol("batch"), Dimension.of(2)));
        return Models.model("echo-" + type, graph -> {
            Value x = graph.input("x", type, shape);
            graph.output("y", new Ops(graph).identity(x));
        });
    }

    private static final List<DataType> TYPES = List.of(
            DataType.BOOL,
            DataType.INT8,
            DataType.INT16,
            DataType.INT32,
            DataType.INT64,
            DataType.UINT8,
            DataType.FLOAT16,
            DataType.BFLOAT16,
            DataType.FLOAT,
            DataType.DOUBLE,
            DataType.STRING);

    @BeforeAll
    void start() {
        List<ServedModel> models = new ArrayList<>(List.of(Models.line(), Models.mixed(), Models.times("m", "2", 2)));
        TYPES.forEach(type -> models.add(echo(type)));
        server = ModelServer.start(ServerOptions.defaults().withAddress("127.0.0.1", 0), models);
        server.models().publish(Models.times("m", "10", 10));
        server.models().report("broken", "1", ModelState.UNAVAILABLE, "no such layer");
        http = new Http(server.address());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static JsonNode json(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(response.body(), e);
        }
    }

    private JsonNode infer(String model, String request) {
        HttpResponse<String> response = http.post("/v2/models/" + model + "/infer", request);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json(response);
    }

    @Test
    void tellsOfItself() {
        JsonNode metadata = json(http.get("/v2"));
        assertThat(metadata.path("name").asText()).isEqualTo("slipway");
        assertThat(metadata.path("extensions").toString()).contains("binary_tensor_data", "statistics");
        assertThat(http.get("/v2/").body()).isEqualTo(http.get("/v2").body());
        assertThat(http.get("/v2/health/live").body()).isEqualTo("{\"live\":true}");
        assertThat(json(http.get("/v2/models")).path("models").toString()).contains("\"line\"", "\"mixed\"");
    }

    @Test
    void tellsOfAModel() {
        assertThat(http.get("/v2/models/line").body())
                .isEqualTo("{\"name\":\"line\",\"versions\":[\"1\"],\"platform\":\"onnx_onnxv1\","
                        + "\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,1]}],"
                        + "\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[-1,1]}]}");
        assertThat(json(http.get("/v2/models/m")).path("versions").toString()).isEqualTo("[\"2\",\"10\"]");
        assertThat(http.get("/v2/models/m/versions/2/ready").body()).isEqualTo("{\"name\":\"m\",\"ready\":true}");
        assertThat(http.get("/v2/models/%6D").statusCode()).isEqualTo(200);
    }

    /** Of both versions; and the newest one where none is named. */
    @ParameterizedTest
    @ValueSource(strings = {"", "/ready", "/stats", "/config"})
    void everyPathOfAModelTakesAVersion(String rest) {
        assertThat(withoutTime(http.get("/v2/models/m/versions/10" + rest).body()))
                .isEqualTo(withoutTime(http.get("/v2/models/m" + rest).body()));
        assertThat(http.get("/v2/models/m/versions/2" + rest).statusCode()).isEqualTo(200);
        assertThat(http.get("/v2/models/m/versions/3" + rest).statusCode()).isEqualTo(404);
        assertThat(http.get("/v2/models/nobody" + rest).statusCode()).isEqualTo(404);
    }

    private static String withoutTime(String answer) {
        return answer.replaceAll("\"last_inference\":\\d+", "");
    }

    @Test
    void infersFlatAndNestedAndSendsTheIdBack() {
        String input = "{\"id\":\"7\",\"inputs\":[{\"name\":\"x\",\"shape\":[2,1],\"datatype\":\"FP32\",\"data\":%s}]}";
        String expected = "{\"model_name\":\"line\",\"model_version\":\"1\",\"id\":\"7\",\"outputs\":"
                + "[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[2,1],\"data\":[31.0,34.0]}]}";
        for (String data : List.of("[10,11]", "[[10],[11]]")) {
            assertThat(http.post("/v2/models/line/infer", input.formatted(data)).body())
                    .isEqualTo(expected);
        }
    }

    @Test
    void infersWithKeysInAnyOrder() {
        JsonNode answer = infer(
                "line",
                "{\"inputs\":[{\"data\":[[10]],\"datatype\":\"FP32\",\"shape\":[1,1],\"name\":\"x\",\"more\":{\"a\":[1]}}]}");
        assertThat(answer.at("/outputs/0/data/0").asDouble()).isEqualTo(31);
    }

    @Test
    void infersByVersion() {
        String input = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[1]}]}";
        assertThat(infer("m", input).at("/outputs/0/data/0").asDouble()).isEqualTo(10);
        assertThat(infer("m/versions/2", input).at("/outputs/0/data/0").asDouble())
                .isEqualTo(2);
    }

    @Test
    void answersTheOutputsThatAreAskedFor() {
        JsonNode answer = infer("mixed", """
                {"inputs": [
                  {"name": "matrix", "shape": [1, 2, 3], "datatype": "FP32", "data": [1, 2, 3, 4, 5, 6]},
                  {"name": "count", "shape": [1], "datatype": "INT64", "data": [9007199254740993]}],
                 "outputs": [{"name": "twice"}]}""");
        assertThat(answer.path("outputs")).hasSize(1);
        // Beyond 2^53: no double has come between.
        assertThat(answer.at("/outputs/0/data/0").asLong()).isEqualTo(18014398509481986L);
    }

    static String elements(DataType type) {
        return switch (type) {
            case BOOL -> "[true,false]";
            case STRING -> "[\"é\",\"\"]";
            case UINT8 -> "[0,255]";
            case INT64 -> "[9223372036854775807,-9223372036854775808]";
            case FLOAT16 -> "[0.5,-65504.0]";
            case BFLOAT16 -> "[0.5,-65536.0]";
            case FLOAT, DOUBLE -> "[0.1,-1.5]";
            default -> "[1,-128]";
        };
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "BOOL",
                "INT8",
                "INT16",
                "INT32",
                "INT64",
                "UINT8",
                "FLOAT16",
                "BFLOAT16",
                "FLOAT",
                "DOUBLE",
                "STRING"
            })
    void carriesEveryDatatype(DataType type) {
        String datatype = json(http.get("/v2/models/echo-" + type))
                .at("/inputs/0/datatype")
                .asText();
        JsonNode answer = infer(
                "echo-" + type,
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"" + datatype + "\",\"data\":"
                        + elements(type) + "}]}");
        assertThat(answer.at("/outputs/0/datatype").asText()).isEqualTo(datatype);
        assertThat(answer.at("/outputs/0/data")).hasToString(elements(type));
    }

    @Test
    void carriesNumbersThatJsonDoesNotHave() {
        String input = "{%s\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":%s}]}";
        assertThat(infer("echo-FLOAT", input.formatted("", "[null,\"Infinity\"]"))
                        .at("/outputs/0/data"))
                .hasToString("[null,\"Infinity\"]");
        assertThat(infer("echo-FLOAT", input.formatted("\"parameters\":{\"nan\":\"string\"},", "[NaN,-Infinity]"))
                        .at("/outputs/0/data"))
                .hasToString("[\"NaN\",\"-Infinity\"]");
    }

    private HttpResponse<byte[]> send(String model, byte[] body, int jsonLength) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.address() + "/v2/models/" + model + "/infer"))
                .header("Inference-Header-Content-Length", Integer.toString(jsonLength))
                .header("Content-Type", "application/octet-stream")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        try {
            return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] concat(String json, ByteBuffer... blobs) {
        byte[] text = json.getBytes(StandardCharsets.UTF_8);
        ByteBuffer all = ByteBuffer.allocate(text.length
                + Arrays.stream(blobs).mapToInt(ByteBuffer::remaining).sum());
        all.put(text);
        for (ByteBuffer blob : blobs) {
            all.put(blob.duplicate());
        }
        return all.array();
    }

    private static ByteBuffer floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.flip();
    }

    @Test
    void takesAndGivesBytes() {
        String json = "{\"parameters\":{\"binary_data_output\":true},\"inputs\":[{\"name\":\"x\",\"shape\":[2,1],"
                + "\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":8}}]}";
        HttpResponse<byte[]> response = send("line", concat(json, floats(10, 11)), json.length());

        assertThat(response.statusCode()).isEqualTo(200);
        int length = response.headers()
                .firstValue("inference-header-content-length")
                .map(Integer::parseInt)
                .orElseThrow();
        assertThat(new String(response.body(), 0, length, StandardCharsets.UTF_8))
                .contains("\"parameters\":{\"binary_data_size\":8}")
                .doesNotContain("\"data\"");
        ByteBuffer blob = ByteBuffer.wrap(response.body(), length, response.body().length - length)
                .order(ByteOrder.LITTLE_ENDIAN);
        assertThat(blob.getFloat()).isEqualTo(31);
        assertThat(blob.getFloat()).isEqualTo(34);
    }

    @Test
    void mixesJsonAndBytes() {
        String json = "{\"inputs\":[{\"name\":\"matrix\",\"shape\":[1,2,3],\"datatype\":\"FP32\",\"parameters\":"
                + "{\"binary_data_size\":24}},{\"name\":\"count\",\"shape\":[1],\"datatype\":\"INT64\",\"data\":[22]}],"
                + "\"outputs\":[{\"name\":\"more\",\"parameters\":{\"binary_data\":true}},{\"name\":\"twice\"}]}";
        HttpResponse<byte[]> response = send("mixed", concat(json, floats(1, 2, 3, 4, 5, 6)), json.length());

        String text = new String(response.body(), StandardCharsets.UTF_8);
        assertThat(text).contains("\"data\":[44]").endsWith("}\u0001");
    }

    @Test
    void takesTheBytesOfTheOnlyInputAlone() {
        HttpResponse<byte[]> response = send("line", floats(10, 11, 12).array(), 0);

        assertThat(response.statusCode()).isEqualTo(200);
        ByteBuffer blob = ByteBuffer.wrap(response.body(), response.body().length - 12, 12)
                .order(ByteOrder.LITTLE_ENDIAN);
        assertThat(blob.getFloat()).isEqualTo(31);
        assertThat(blob.getFloat(blob.position() + 4)).isEqualTo(37);
    }

    @Test
    void carriesTextsAsBytes() {
        byte[] first = "é".getBytes(StandardCharsets.UTF_8);
        ByteBuffer blob = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
        blob.putInt(first.length).put(first).putInt(0).flip();
        String json = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"BYTES\",\"parameters\":"
                + "{\"binary_data_size\":10}}],\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":true}}]}";
        HttpResponse<byte[]> response = send("echo-STRING", concat(json, blob), json.length());

        assertThat(Arrays.copyOfRange(response.body(), response.body().length - 10, response.body().length))
                .isEqualTo(blob.array());
    }

    @ParameterizedTest
    @CsvSource({"9, 8", "8, 9", "8, 7", "4, 4", "-1, 8"})
    void refusesBytesThatAreTooManyOrTooFew(int declared, int sent) {
        String json =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[2,1],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":"
                        + declared + "}}]}";
        HttpResponse<byte[]> response = send("line", concat(json, ByteBuffer.allocate(sent)), json.length());
        assertThat(response.statusCode()).isEqualTo(400);
    }

    @Test
    void refusesTruthsThatAreNone() {
        String json = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"BOOL\",\"parameters\":"
                + "{\"binary_data_size\":2}}]}";
        ByteBuffer truths = ByteBuffer.wrap(new byte[] {1, 2});
        assertThat(send("echo-BOOL", concat(json, truths), json.length()).statusCode())
                .isEqualTo(400);
    }

    @Test
    void givesTheHighestClasses() {
        JsonNode answer = infer(
                "echo-FLOAT",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[2,2],\"datatype\":\"FP32\",\"data\":[0.1,0.9,0.7,0.3]}],"
                        + "\"outputs\":[{\"name\":\"y\",\"parameters\":{\"classification\":1}}]}");
        assertThat(answer.at("/outputs/0"))
                .hasToString("{\"name\":\"y\",\"datatype\":\"BYTES\",\"shape\":[2,1],\"data\":[\"0.9:1\",\"0.7:0\"]}");
    }

    @Test
    void takesAnEmptyBatch() {
        JsonNode answer =
                infer("line", "{\"inputs\":[{\"name\":\"x\",\"shape\":[0,1],\"datatype\":\"FP32\",\"data\":[]}]}");
        assertThat(answer.at("/outputs/0"))
                .hasToString("{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[0,1],\"data\":[]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[",
                "[]",
                "{}",
                "{\"inputs\":[]}",
                "{\"inputs\":5}",
                "{\"inputs\":[5]}",
                "{\"inputs\":[{\"name\":\"x\"}]}",
                "{\"inputs\":[{\"name\":\"z\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[1]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[-1,1],\"datatype\":\"FP32\",\"data\":[1]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[9223372036854775807,1],\"datatype\":\"FP32\",\"data\":[1]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[99999999999999999999,1],\"datatype\":\"FP32\",\"data\":[1]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1.5,1],\"datatype\":\"FP32\",\"data\":[1]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP64\",\"data\":[1]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"float32\",\"data\":[1]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[1,2]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[\"one\"]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[1e99]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[2,1],\"datatype\":\"FP32\",\"data\":[[1,2]]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[{}]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[1],\"data\":[1]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[1]}],\"outputs\":[{\"name\":\"z\"}]}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[1]}],\"parameters\":5}",
                "{\"id\":{\"inputs\":[]},\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[1]}]}",
                "{\"id\":true,\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[1]}]}",
                "{\"inputs\":[{\"name\":[\"x\"],\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[1]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":null,\"data\":[1]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[1]}]} 1",
            })
    void refusesWhatItCannotInfer(String request) {
        HttpResponse<String> response = http.post("/v2/models/line/infer", request);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(json(response).path("error").asText()).isNotBlank();
    }

    /** As clients write that are made from a schema, such as MLServer's and KServe's. */
    @Test
    void takesNullForWhatIsNotSaid() {
        JsonNode answer = infer(
                "line",
                "{\"id\":null,\"parameters\":null,\"outputs\":null,\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],"
                        + "\"datatype\":\"FP32\",\"parameters\":null,\"data\":[10]}]}");
        assertThat(answer.at("/outputs/0/data/0").floatValue()).isEqualTo(31);
        assertThat(answer.has("id")).isFalse();
    }

    /** As KServe's client sends an input in binary that has no bytes. */
    @Test
    void takesAnEmptyBatchInBinary() {
        String json = "{\"id\":\"7\",\"model_name\":\"line\",\"inputs\":[{\"name\":\"x\",\"shape\":[0,1],"
                + "\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":0},\"data\":null}]}";
        JsonNode answer = infer("line", json);
        assertThat(answer.at("/outputs/0"))
                .hasToString("{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[0,1],\"data\":[]}");
        assertThat(http.post("/v2/models/line/infer", json.replace("{\"binary_data_size\":0}", "{}"))
                        .body())
                .contains("expected: either 'data' or the parameter 'binary_data_size'");
    }

    @Test
    void refusesJsonInOtherEncodings() {
        HttpResponse<String> response = http.send(http.request("/v2/models/line/infer")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"inputs\":[{\"data\":[1],\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\"}]}",
                        StandardCharsets.UTF_16LE)));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("body: another encoding (expected: JSON in UTF-8)");
    }

    @Test
    void refusesDeepNesting() {
        String deep = "[".repeat(200) + "]".repeat(200);
        HttpResponse<String> response = http.post(
                "/v2/models/line/infer",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":" + deep + "}]}");
        assertThat(response.statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/systemsharedmemory/status",
                "/v2/systemsharedmemory/region/r/register",
                "/v2/cudasharedmemory/unregister",
                "/v2/logging",
                "/v2/trace/setting",
                "/v2/models/line/trace/setting",
                "/v2/models/line/generate"
            })
    void saysWhichExtensionsAreNotThere(String path) {
        HttpResponse<String> answer = http.post(path, "{}");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body())
                .contains("{\"error\":\"path: " + path + " (expected: an extension that GET /v2 lists; shared memory");
    }

    @Test
    void knowsWhatIsNotThereFromWhatIsNotReady() {
        assertThat(http.get("/v2/models/nobody").statusCode()).isEqualTo(404);
        assertThat(http.get("/v2/models/m/versions/3").statusCode()).isEqualTo(404);
        assertThat(http.get("/v2/models/nobody/ready").statusCode()).isEqualTo(404);
        assertThat(http.post("/v2/models/nobody/infer", "{}").statusCode()).isEqualTo(404);
        HttpResponse<String> broken = http.post("/v2/models/broken/infer", "{}");
        assertThat(broken.statusCode()).isEqualTo(503);
        assertThat(broken.headers().firstValue("retry-after")).isPresent();
        assertThat(http.get("/v2/models/broken/ready").body()).isEqualTo("{\"name\":\"broken\",\"ready\":false}");
        assertThat(http.get("/v2/nothing").statusCode()).isEqualTo(404);
        assertThat(http.get("/v2/models/line/infer").statusCode()).isEqualTo(405);
    }

    @Test
    void listsTheRepository() {
        JsonNode all = json(http.post("/v2/repository/index", "{}"));
        assertThat(all)
                .anySatisfy(
                        each -> assertThat(each)
                                .hasToString(
                                        "{\"name\":\"broken\",\"version\":\"1\",\"state\":\"UNAVAILABLE\",\"reason\":\"no such layer\"}"));
        JsonNode ready = json(http.post("/v2/repository/index", "{\"ready\":true}"));
        assertThat(ready).hasSize(all.size() - 1);
        assertThat(http.post("/v2/repository/index", "{\"ready\":5}").statusCode())
                .isEqualTo(400);
    }

    @Test
    void countsWhatItDoes() {
        try (ModelServer other =
                ModelServer.start(ServerOptions.defaults().withAddress("127.0.0.1", 0), List.of(Models.line()))) {
            Http client = new Http(other.address());
            client.post(
                    "/v2/models/line/infer",
                    "{\"inputs\":[{\"name\":\"x\",\"shape\":[3,1],\"datatype\":\"FP32\",\"data\":[1,2,3]}]}");
            client.post("/v2/models/line/infer", "{}");
            JsonNode stats = json(client.get("/v2/models/line/stats")).at("/model_stats/0");

            assertThat(stats.path("inference_count").asInt()).isEqualTo(3);
            assertThat(stats.path("execution_count").asInt()).isEqualTo(1);
            assertThat(stats.at("/inference_stats/success/count").asInt()).isEqualTo(1);
            assertThat(stats.at("/inference_stats/fail/count").asInt()).isEqualTo(1);
            assertThat(stats.at("/batch_stats/0/batch_size").asInt()).isEqualTo(4);
            assertThat(stats.path("last_inference").asLong()).isCloseTo(System.currentTimeMillis(), within(60_000L));
            assertThat(Map.of("of all", client.get("/v2/models/stats").body()).toString())
                    .contains("inference_stats");
        }
    }
}
