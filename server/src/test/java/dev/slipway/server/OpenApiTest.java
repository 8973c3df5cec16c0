package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The description of a server is true: whoever sends its examples as they stand gets the answers it shows. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OpenApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ModelServer server;
    private Http http;
    private JsonNode document;

    @BeforeAll
    void start() throws JsonProcessingException {
        server = ModelServer.start(
                ServerOptions.defaults().withAddress("127.0.0.1", 0),
                List.of(Models.line(), Models.mixed(), Models.reciprocal()));
        http = new Http(server.address());
        document = JSON.readTree(http.get("/openapi.json").body());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void describesEveryModel() {
        assertThat(document.path("openapi").textValue()).isEqualTo("3.1.0");
        assertThat(document.path("paths").properties())
                .extracting(Map.Entry::getKey)
                .containsExactly(
                        "/prediction/{input_value}",
                        "/v1/models/line:predict",
                        "/v1/models/line",
                        "/v1/models/line/metadata",
                        "/v1/models/mixed:predict",
                        "/v1/models/mixed",
                        "/v1/models/mixed/metadata",
                        "/v1/models/reciprocal:predict",
                        "/v1/models/reciprocal",
                        "/v1/models/reciprocal/metadata",
                        "/health/live",
                        "/health/ready");
    }

    @Test
    void everyGetAnswersAsDescribed() {
        document.path("paths").properties().forEach(path -> {
            JsonNode get = path.getValue().path("get");
            if (get.isObject()) {
                String example = get.at("/parameters/0/example").asText();
                HttpResponse<String> response = http.get(path.getKey().replace("{input_value}", example));

                assertThat(response.statusCode()).as(path.getKey()).isEqualTo(200);
                assertThat(response.headers().firstValue("content-type")).contains("application/json");
            }
        });
    }

    @Test
    void everyExampleOfABodyGetsTheAnswerShown() throws JsonProcessingException {
        int sent = 0;
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            JsonNode post = path.getValue().path("post");
            JsonNode answers = post.at("/responses/200/content/application~1json/examples");
            for (Map.Entry<String, JsonNode> example :
                    post.at("/requestBody/content/application~1json/examples").properties()) {
                HttpResponse<String> response = http.post(
                        path.getKey(), example.getValue().path("value").toString());

                assertThat(response.statusCode()).as(path.getKey()).isEqualTo(200);
                assertThat(JSON.readTree(response.body()))
                        .isEqualTo(answers.path(example.getKey()).path("value"));
                sent++;
            }
        }
        assertThat(sent).isEqualTo(6);
    }

    @Test
    void saysTheShapeOfEveryInput() {
        JsonNode rows = document.at("/paths/~1v1~1models~1mixed:predict/post/requestBody/content/application~1json"
                + "/schema/oneOf/0/properties/instances/items/properties");
        assertThat(rows.at("/matrix/minItems").intValue()).isEqualTo(2);
        assertThat(rows.at("/matrix/items/maxItems").intValue()).isEqualTo(3);
        assertThat(rows.at("/matrix/items/items/$ref").textValue()).isEqualTo("#/components/schemas/Float");
        assertThat(rows.at("/count/type").textValue()).isEqualTo("integer");
    }

    @Test
    void thePageNeedsNoOtherHost() {
        String page = http.get("/docs").body();

        assertThat(page).doesNotContain("//").contains("/swagger-ui-bundle.js");
        assertThat(http.get("/").statusCode()).isEqualTo(307);
        String script = page.replaceAll("(?s).*<script src=\"([^\"]*bundle.js)\".*", "$1");
        assertThat(http.get(script).body()).contains("SwaggerUIBundle");
        assertThat(http.get("/docs/start.js").body()).contains("'/openapi.json'");
    }
}
