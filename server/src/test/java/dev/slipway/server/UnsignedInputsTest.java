package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Graph;
import dev.slipway.graph.OnnxWriter;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.runtime.CompiledGraph;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Predictor;
import dev.slipway.server.inference.ServedModel;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models of files with integers that the engine's Java interface has not: served as what they say they are. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UnsignedInputsTest {
    private static final Shape ROWS = Shape.of(List.of(Dimension.symbol("batch"), Dimension.of(1)));

    private static final ObjectMapper JSON = new ObjectMapper();

    private ModelServer server;
    private Http http;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        server = ModelServer.start(
                ServerOptions.defaults().withAddress("127.0.0.1", 0),
                List.of(
                        halved(folder, DataType.UINT16),
                        halved(folder, DataType.UINT32),
                        halved(folder, DataType.UINT64)));
        http = new Http(server.address());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static JsonNode json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(answer.body(), e);
        }
    }

    /** The half of a number as a fraction, and the number again. */
    private static ServedModel halved(Path folder, DataType type) throws IOException {
        Graph graph = new Graph("halved");
        Ops ops = new Ops(graph);
        Value x = graph.input("x", type, ROWS);
        graph.output("half", ops.mul(ops.cast(x, DataType.DOUBLE), ops.constant(DataType.DOUBLE, 0.5)));
        graph.output("same", x);
        Path file = folder.resolve(type + ".onnx");
        Files.write(file, OnnxWriter.toBytes(graph, Map.of()));
        EngineOptions engine = EngineOptions.defaults().withThreads(1);
        return ServedModel.of(type.name(), new Predictor(CompiledGraph.open(file, engine)));
    }

    @ParameterizedTest
    @CsvSource({
        "UINT16, 65535, 32767.5",
        "UINT32, 4294967295, 2147483647.5",
        "UINT64, 9223372036854775808, 4.611686018427388E18",
        "UINT64, 18446744073709551615, 9.223372036854775807E18"
    })
    void answerInEveryProtocol(String model, String number, double half) {
        JsonNode served = json(http.post("/v1/models/" + model + ":predict", "{\"instances\": [[" + number + "]]}"));
        assertThat(served.at("/predictions/0/half/0").doubleValue()).isEqualTo(half);
        assertThat(served.at("/predictions/0/same/0").asText()).isEqualTo(number);

        JsonNode typed = json(http.post("/models/" + model + "/predict", "{\"x\": [" + number + "]}"));
        assertThat(typed.at("/same/0").asText()).isEqualTo(number);

        String infer = "{\"inputs\": [{\"name\": \"x\", \"datatype\": \"" + model + "\", \"shape\": [1, 1], \"data\": ["
                + number + "]}]}";
        JsonNode inferred = json(http.post("/v2/models/" + model + "/infer", infer));
        assertThat(inferred.at("/outputs/1/datatype").asText()).isEqualTo(model);
        assertThat(inferred.at("/outputs/1/data/0").asText()).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource({
        "UINT16, 65536",
        "UINT32, 4294967296",
        "UINT64, 18446744073709551616",
        "UINT16, -1",
        "UINT32, -1",
        "UINT64, -1"
    })
    void refuseWhatIsBeyondTheirRange(String model, String number) {
        HttpResponse<String> answer =
                http.post("/v1/models/" + model + ":predict", "{\"instances\": [[" + number + "]]}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("expected: an integer from 0 to ", "for " + model.toLowerCase(Locale.ROOT));
    }

    @Test
    void areDescribedByWhatTheyTake() {
        JsonNode metadata = json(http.get("/v2/models/UINT64"));
        assertThat(metadata.at("/inputs/0/datatype").asText()).isEqualTo("UINT64");
        assertThat(metadata.at("/inputs/0/name").asText()).isEqualTo("x");
        assertThat(metadata.at("/outputs/1/datatype").asText()).isEqualTo("UINT64");

        JsonNode bounds = json(http.get("/openapi.json")).findValues("maximum").stream()
                .filter(JsonNode::isBigInteger)
                .findFirst()
                .orElseThrow();
        assertThat(bounds.asText()).isEqualTo("18446744073709551615");
    }
}
