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

/** A model that takes and gives text. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TextModelTest {
    private static final String PREDICT = "/v1/models/words:predict";

    private ModelServer server;
    private Http http;

    @BeforeAll
    void start() {
        server = ModelServer.start(
                ServerOptions.defaults().withAddress("127.0.0.1", 0), List.of(Models.words(), Models.strict()));
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

    @Test
    void predictsForTexts() {
        assertThat(http.post(PREDICT, "{\"instances\": [[\"a\"], \"\\u00e9\", [\"x\"]]}")
                        .body())
                .isEqualTo("{\"predictions\":[{\"place\":[3],\"again\":[\"a\"]},{\"place\":[5],\"again\":[\"é\"]},"
                        + "{\"place\":[-1],\"again\":[\"?\"]}]}");
        assertThat(http.post(PREDICT, "{\"inputs\": {\"word\": [[\"a\"]]}}").body())
                .isEqualTo("{\"outputs\":{\"place\":[[3]],\"again\":[[\"a\"]]}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"instances\": [[1]]} | string_type | [\"body\",\"instances\",0,0] | expected: text",
                "{\"instances\": [null]} | string_type | [\"body\",\"instances\",0] | expected: text",
                "{\"instances\": [\"\\ud83d\"]} | string_unicode | [\"body\",\"instances\",0]"
                        + " | expected: text without half surrogate pairs",
                "{\"instances\": [\"\\ud83d\\ude00\"]} | value_error | [\"body\"]"
                        + " | text with the character U+1F600 (expected: U+0001 to U+FFFF, as the engine's Java interface"
                        + " takes no others)",
            })
    void refusesWhatIsNoTextForTheModel(String body, String type, String place, String message) {
        HttpResponse<String> response = http.post(PREDICT, body);

        assertThat(response.statusCode()).isEqualTo(400);
        JsonNode problem = json(response).at("/detail/0");
        assertThat(problem.path("type").textValue()).isEqualTo(type);
        assertThat(problem.path("loc")).hasToString(place);
        assertThat(problem.path("msg").textValue()).isEqualTo(message);
    }

    @Test
    void aModelThatRefusesEmptyTextsIsServedWithoutExamples() {
        assertThat(http.post("/v1/models/strict:predict", "{\"instances\": [\"a\"]}")
                        .body())
                .isEqualTo("{\"predictions\":[[1]]}");
        HttpResponse<String> refused = http.post("/v1/models/strict:predict", "{\"instances\": [\"q\"]}");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(json(refused).at("/detail/0/msg").textValue()).isEqualTo("'q' (expected: 'a')");
        JsonNode content = json(http.get("/openapi.json"))
                .path("paths")
                .path("/v1/models/strict:predict")
                .at("/post/requestBody/content/application~1json");
        assertThat(content.path("schema").isObject()).isTrue();
        assertThat(content.has("examples")).isFalse();
    }

    @Test
    void saysThatItTakesText() {
        JsonNode metadata = json(http.get("/v1/models/words/metadata"));
        assertThat(metadata.at("/metadata/signature_def/signature_def/serving_default/inputs/word/dtype")
                        .textValue())
                .isEqualTo("DT_STRING");
        JsonNode content = json(http.get("/openapi.json"))
                .path("paths")
                .path(PREDICT)
                .at("/post/requestBody/content/application~1json");
        assertThat(content.at("/schema/anyOf/0/properties/instances/items/anyOf/0/items/type")
                        .textValue())
                .isEqualTo("string");
        assertThat(content.at("/examples/rows/value")).hasToString("{\"instances\":[[\"text\"]]}");
    }
}
