package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Objects with a model's inputs as fields are answered by objects with its outputs as fields. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TypedPredictionTest {
    private ModelServer server;
    private Http http;

    @BeforeAll
    void start() {
        server = ModelServer.start(
                ServerOptions.defaults().withAddress("127.0.0.1", 0),
                List.of(Models.line(), Models.mixed(), Models.times("m", "2", 2), Models.times("m", "10", 10)));
        http = new Http(server.address());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void answersAnObjectByAnObjectAndAListByAList() {
        assertThat(http.post("/models/line/predict", "{\"x\": [10]}").body()).isEqualTo("{\"y\":[31.0]}");
        assertThat(http.post("/models/line/predict", "{\"x\": \"NaN\"}").body()).isEqualTo("{\"y\":[\"NaN\"]}");
        assertThat(http.post("/models/line/predict", "[{\"x\": 1}, {\"x\": [2]}]")
                        .body())
                .isEqualTo("[{\"y\":[4.0]},{\"y\":[7.0]}]");
        assertThat(http.post("/models/mixed/predict", "{\"count\": 3, \"matrix\": [[1,1,1],[1,1,1]]}")
                        .body())
                .isEqualTo("{\"twice\":6,\"more\":false}");
        assertThat(http.post("/models/m/versions/2/predict", "{\"x\": 1}").body())
                .isEqualTo("{\"y\":[2.0]}");
        assertThat(http.post("/models/m/predict", "{\"x\": 1}").body()).isEqualTo("{\"y\":[10.0]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | missing | [\"body\",\"x\"]",
                "[{\"x\": 1}, {}] | missing | [\"body\",1,\"x\"]",
                "{\"x\": 1, \"y\": 1} | extra_forbidden | [\"body\",\"y\"]",
                "{\"x\": [1, 2]} | too_long | [\"body\",\"x\"]",
                "{\"x\": \"a\"} | float_type | [\"body\",\"x\"]",
                "{\"x\": 1e39} | finite_number | [\"body\",\"x\"]",
                "[] | too_short | [\"body\"]",
                "[1] | dict_type | [\"body\",0]",
                "1 | dict_type | [\"body\"]",
                "{\"x\": 1} 2 | json_invalid | [\"body\"]",
            })
    void refusesWhatDoesNotFitAsFastApiDoes(String body, String type, String place) throws JsonProcessingException {
        HttpResponse<String> response = http.post("/models/line/predict", body);

        assertThat(response.statusCode()).isEqualTo(422);
        JsonNode problem = new ObjectMapper().readTree(response.body()).at("/detail/0");
        assertThat(problem.path("type").textValue()).isEqualTo(type);
        assertThat(problem.path("loc").toString()).isEqualTo(place);
    }

    @ParameterizedTest
    @CsvSource({"/models/nope/predict, 404", "/models/m/versions/3/predict, 404", "/models/%zz/predict, 422"})
    void refusesModelsThatAreNotThere(String path, int status) {
        String request = "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
        assertThat(RawHttp.send(server.port(), request)).startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    void refusesOtherMethods() {
        assertThat(http.get("/models/line/predict").statusCode()).isEqualTo(405);
    }

    @Test
    void refusesOtherMethodsWhateverTheName() {
        String request = "GET /models/%zz/predict HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        assertThat(RawHttp.send(server.port(), request)).startsWith("HTTP/1.1 405 ");
    }
}
