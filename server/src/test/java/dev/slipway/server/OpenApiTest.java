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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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

    /** 1 / 0 where the example has a zero: an answer that JSON cannot write. */
    private static ServedModel infinite() {
        return Models.model("infinite", graph -> {
            Ops ops = new Ops(graph);
            Value x = graph.input("x", DataType.UINT8, Shape.of(List.of(Dimension.symbol("batch"), Dimension.of(2))));
            graph.output("y", ops.reciprocal(ops.cast(x, DataType.FLOAT)));
        });
    }

    /** Two rows, always. */
    private static ServedModel pair() {
        return Models.model("pair", graph -> {
            Value x = graph.input("x", DataType.FLOAT, Shape.of(2));
            graph.output("y", new Ops(graph).identity(x));
        });
    }

    /** A number, and no rows. */
    private static ServedModel number() {
        return Models.model("number", graph -> {
            Value x = graph.input("x", DataType.FLOAT, Shape.of());
            graph.output("y", new Ops(graph).identity(x));
        });
    }

    @BeforeAll
    void start() throws JsonProcessingException {
        server = ModelServer.start(
                ServerOptions.defaults()
                        .withAddress("127.0.0.1", 0)
                        .withScoring(new ScoringOptions("line", "/aip/health", "/aip/predict")),
                List.of(
                        Models.line(),
                        Models.mixed(),
                        Models.reciprocal(),
                        Models.words(),
                        Models.gaps(),
                        infinite(),
                        pair(),
                        number(),
                        Models.times("m", "2", 2),
                        Models.times("m", "10", 10)));
        http = new Http(server.address());
        document = JSON.readTree(http.get("/openapi.json").body());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static Stream<Map.Entry<String, JsonNode>> entries(JsonNode object) {
        return object.properties().stream();
    }

    @Test
    void describesEveryRouteOfEveryModel() {
        assertThat(document.path("openapi").textValue()).isEqualTo("3.1.0");
        assertThat(entries(document.path("paths")).map(Map.Entry::getKey))
                .contains(
                        "/prediction/{input_value}",
                        "/models/line/predict",
                        "/models/line/versions/1/predict",
                        "/models/m/versions/2/predict",
                        "/models/m/versions/10/predict",
                        "/models/line",
                        "/models/line/invoke",
                        "/v1/models/line:predict",
                        "/v1/models/line/versions/1:predict",
                        "/v1/models/line:regress",
                        "/v1/models/infinite:classify",
                        "/v1/models/line",
                        "/v1/models/line/metadata",
                        "/v2/models/line",
                        "/v2/models/line/ready",
                        "/v2/models/line/infer",
                        "/v2/models/line/stats",
                        "/v2/models/line/config",
                        "/v2/models/stats",
                        "/v2/repository/index",
                        "/v2/repository/models/line/load",
                        "/v2/repository/models/line/unload",
                        "/stats",
                        "/stats/line",
                        "/metrics",
                        "/v2/repository/models/line/traffic",
                        "/v2/repository/models/line/traffic/reset",
                        "/v2/models/m/versions/10/infer",
                        "/models/mixed/predict",
                        "/v1/models/mixed:predict",
                        "/v2/models/mixed/infer",
                        "/invocations",
                        "/aip/health",
                        "/aip/predict",
                        "/ping",
                        "/health",
                        "/version",
                        "/models",
                        "/v1/models",
                        "/v2",
                        "/health/live",
                        "/health/ready")
                .doesNotContain("/v1/models/mixed:regress", "/v1/models/line:classify");
    }

    @Test
    void everyGetAnswersAsDescribed() {
        document.path("paths").properties().forEach(path -> {
            JsonNode get = path.getValue().path("get");
            if (get.isObject()) {
                String example = get.at("/parameters/0/example").asText();
                HttpResponse<String> response = http.get(path.getKey().replace("{input_value}", example));

                assertThat(response.statusCode()).as(path.getKey()).isEqualTo(200);
                String type = response.headers().firstValue("content-type").orElseThrow();
                assertThat(entries(get.at("/responses/200/content")).map(Map.Entry::getKey))
                        .as(path.getKey())
                        .contains(type.split(";")[0]);
            }
        });
    }

    @Test
    void everyExampleOfABodyGetsTheAnswerShown() throws JsonProcessingException {
        int sent = 0;
        int shown = 0;
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            JsonNode post = path.getValue().path("post");
            JsonNode answers = post.at("/responses/200/content/application~1json/examples");
            for (Map.Entry<String, JsonNode> type :
                    post.at("/requestBody/content").properties()) {
                for (Map.Entry<String, JsonNode> example :
                        type.getValue().path("examples").properties()) {
                    HttpResponse<String> response = send(path.getKey(), type.getKey(), example.getValue());
                    assertThat(response.statusCode())
                            .as("%s %s: %s", path.getKey(), example, response.body())
                            .isEqualTo(200);
                    JsonNode answer = answers.path(example.getKey()).path("value");
                    if (!answer.isMissingNode()) {
                        assertThat(JSON.readTree(response.body())).isEqualTo(answer);
                        shown++;
                    }
                    sent++;
                }
            }
        }
        assertThat(sent).isGreaterThan(80);
        assertThat(shown).isGreaterThan(sent * 3 / 4).isLessThan(sent);
    }

    /** A model of images: an example of it would be half a megabyte, in each protocol. */
    @Test
    void describesLargeInputsWithoutAnExampleAndHowToSendOne() throws JsonProcessingException {
        ServedModel image = Models.model("image", graph -> {
            List<Dimension> lengths =
                    List.of(Dimension.symbol("batch"), Dimension.of(224), Dimension.of(224), Dimension.of(3));
            Value x = graph.input("x", DataType.FLOAT, Shape.of(lengths));
            graph.output("y", new Ops(graph).reduceSum(x, false, 1, 2, 3));
        });
        try (ModelServer images =
                ModelServer.start(ServerOptions.defaults().withAddress("127.0.0.1", 0), List.of(image))) {
            Http client = new Http(images.address());
            String text = client.get("/openapi.json").body();
            JsonNode paths = JSON.readTree(text).path("paths");

            assertThat(text).hasSizeLessThan(200_000);
            assertThat(paths.at("/~1models~1image~1predict/post/description").asText())
                    .endsWith("There is no example here, as it would have 150528 elements.");
            Matcher command = Pattern.compile("`head -c (\\d+) /dev/zero \\| curl -H '(\\S+): 0' .* \\$SERVER(\\S+)`")
                    .matcher(paths.at("/~1v2~1models~1image~1infer/post/description")
                            .asText());
            assertThat(command.find()).isTrue();
            HttpResponse<String> answer = client.send(client.request(command.group(3))
                    .header(command.group(2), "0")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[Integer.parseInt(command.group(1))])));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).endsWith("\0\0\0\0");
        }
    }

    private HttpResponse<String> send(String path, String type, JsonNode example) {
        JsonNode value = example.path("value");
        String body = value.isTextual() && !type.equals("application/json") ? value.textValue() : value.toString();
        return http.send(
                http.request(path).header("content-type", type).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    @Test
    void saysTheShapeAndTheRangeOfEveryInput() {
        JsonNode row = document.at(
                "/paths/~1models~1mixed~1predict/post/requestBody/content/application~1json/schema/anyOf/0/properties");
        assertThat(row.at("/matrix/minItems").intValue()).isEqualTo(2);
        assertThat(row.at("/matrix/items/maxItems").intValue()).isEqualTo(3);
        assertThat(row.at("/matrix/items/items/$ref").textValue()).isEqualTo("#/components/schemas/Float");
        assertThat(row.at("/count/type").textValue()).isEqualTo("integer");
        assertThat(row.at("/count/maximum").longValue()).isEqualTo(Long.MAX_VALUE);
        JsonNode bytes = document.at("/paths/~1models~1infinite~1predict/post/requestBody/content/application~1json"
                + "/schema/anyOf/0/properties/x/items");
        assertThat(bytes.path("minimum").intValue()).isZero();
        assertThat(bytes.path("maximum").intValue()).isEqualTo(255);
    }

    @Test
    void everyReferenceLeadsSomewhereAndEveryIdIsUsedOnce() {
        document.findValuesAsText("$ref")
                .forEach(reference -> assertThat(
                                document.at(reference.substring(1)).isObject())
                        .as(reference)
                        .isTrue());
        Set<String> ids = new HashSet<>();
        document.findValuesAsText("operationId")
                .forEach(id -> assertThat(ids.add(id)).as(id).isTrue());
    }

    /** What is described as the body of an error is what comes. */
    @Test
    void errorsHaveTheDescribedMembers() throws JsonProcessingException {
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            JsonNode described = path.getValue().at("/post/responses/400/$ref");
            if (described.isTextual()) {
                HttpResponse<String> response = http.post(path.getKey(), "{");
                assertThat(response.statusCode()).as(path.getKey()).isEqualTo(400);
                JsonNode schema =
                        document.at(described.textValue().substring(1)).at("/content/application~1json/schema/$ref");
                for (JsonNode member :
                        document.at(schema.textValue().substring(1)).path("required")) {
                    assertThat(JSON.readTree(response.body()).has(member.textValue()))
                            .as("%s %s", path.getKey(), member)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void thePagesNeedNoOtherHost() {
        String page = http.get("/docs").body();
        assertThat(page).doesNotContain("//").contains("/swagger-ui-bundle.js");
        assertThat(http.get(script(page, "bundle.js")).body()).contains("SwaggerUIBundle");
        assertThat(http.get("/docs/start.js").body()).contains("'/openapi.json'");

        String redoc = http.get("/redoc").body();
        assertThat(redoc).doesNotContain("//").contains("spec-url=\"/openapi.json\"");
        assertThat(http.get(script(redoc, "standalone.js")).body()).contains("Redoc");
        assertThat(http.get("/redoc/nope.js").statusCode()).isEqualTo(404);
    }

    private static String script(String page, String name) {
        return page.replaceAll("(?s).*<script src=\"([^\"]*" + name + ")\".*", "$1");
    }
}
