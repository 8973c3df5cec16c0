package dev.slipway.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Rescaling;
import dev.slipway.keras.models.Model;
import dev.slipway.server.models.ModelLoadException;
import dev.slipway.server.security.ApiKey;
import dev.slipway.server.security.ApiKeys;
import dev.slipway.server.security.Scope;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A function answers as the server does, whoever sends the event. */
final class SlipwayFunctionTest {
    private static final long MAX_BODY_BYTES = 4096;

    @TempDir
    private static Path models = Path.of("");

    private static @Nullable SlipwayFunction started;

    /** y = 3x + 1. */
    @BeforeAll
    static void deploy() {
        try (Model line = Model.sequential(InputLayer.of(1), Rescaling.of(3, 1))) {
            line.save(models.resolve("line.keras"));
        }
        started = new SlipwayFunction(options(models));
    }

    @AfterAll
    static void end() {
        function().close();
    }

    private static SlipwayFunction function() {
        return Objects.requireNonNull(started);
    }

    private static FunctionOptions options(Path directory) {
        FunctionOptions options = FunctionOptions.of(Map.of("SLIPWAY_MODELS", directory.toString()));
        return options.withServer(
                options.server().withRequestLog(OutputStream.nullOutputStream()).withMaxBodyBytes(MAX_BODY_BYTES));
    }

    private static JsonNode call(Recorded event) {
        return call(event, 60_000);
    }

    private static JsonNode call(Recorded event, int remainingMillis) {
        return call(function(), event, remainingMillis);
    }

    private static JsonNode call(SlipwayFunction asked, Recorded event, int remainingMillis) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try {
            asked.handleRequest(
                    new ByteArrayInputStream(event.json().toString().getBytes(UTF_8)),
                    answer,
                    new Call(remainingMillis));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Recorded.parse(answer.toString(UTF_8));
    }

    private static int status(JsonNode answer) {
        return answer.path("statusCode").asInt();
    }

    @ParameterizedTest
    @ValueSource(strings = {"function-url", "rest", "balancer"})
    void predicts(String event) {
        JsonNode answer = call(Recorded.event(event));

        assertThat(status(answer)).isEqualTo(200);
        assertThat(answer.path("isBase64Encoded").asBoolean()).isFalse();
        assertThat(answer.path("body").asText()).contains("{\"predictions\":[[31.0]]}");
    }

    @Test
    void answersPathsWithParameters() {
        assertThat(call(Recorded.event("http-api")).path("body").asText()).isEqualTo("{\"prediction\":[[31.0]]}");
    }

    @Test
    void answersInTheFormOfTheEvent() {
        assertThat(call(Recorded.event("function-url"))
                        .at("/headers/content-type")
                        .asText())
                .isEqualTo("application/json");
        assertThat(call(Recorded.event("rest"))
                        .at("/multiValueHeaders/content-type/0")
                        .asText())
                .isEqualTo("application/json");
        JsonNode balancer = call(Recorded.event("balancer-multi-value").with("body", "{\"instances\": [[0]]}"));
        assertThat(balancer.at("/multiValueHeaders/content-type/0").asText()).isEqualTo("application/json");
        assertThat(balancer.path("statusDescription").asText()).isEqualTo("200 OK");
    }

    @Test
    void takesTheIdOfTheClientThenOfTheEventThenOfTheCall() {
        assertThat(call(Recorded.event("rest"))
                        .at("/multiValueHeaders/x-request-id/0")
                        .asText())
                .isEqualTo("from-the-client");
        assertThat(call(Recorded.event("http-api")).at("/headers/x-request-id").asText())
                .isEqualTo("JKJaXmPLvHcESHA=");
        assertThat(call(Recorded.event("balancer")).at("/headers/x-request-id").asText())
                .isEqualTo("the-call");
    }

    @Test
    void carriesBinaryTensorsBothWays() throws IOException {
        String header = "{\"inputs\":[{\"name\":\"input_layer\",\"shape\":[1,1],\"datatype\":\"FP32\","
                + "\"parameters\":{\"binary_data_size\":4}}],\"parameters\":{\"binary_data_output\":true}}";
        ByteBuffer body = ByteBuffer.allocate(header.length() + 4).order(ByteOrder.LITTLE_ENDIAN);
        body.put(header.getBytes(UTF_8)).putFloat(10);
        Recorded event = Recorded.event("function-url")
                .with("rawPath", "/v2/models/line/infer")
                .withHeader("content-type", "application/octet-stream")
                .withHeader("inference-header-content-length", Integer.toString(header.length()))
                .withBytes(body.array());

        JsonNode answer = call(event);

        assertThat(status(answer)).as(answer.toString()).isEqualTo(200);
        assertThat(answer.path("isBase64Encoded").asBoolean()).isTrue();
        int jsonLength = answer.at("/headers/inference-header-content-length").asInt();
        byte[] bytes = Base64.getDecoder().decode(answer.path("body").asText());
        assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getFloat(jsonLength))
                .isEqualTo(31);
    }

    @Test
    void sendsWhatIsCompressedInBase64() throws IOException {
        JsonNode answer =
                call(Recorded.event("http-api").with("rawPath", "/openapi.json").withHeader("accept-encoding", "gzip"));

        assertThat(answer.at("/headers/content-encoding").asText()).isEqualTo("gzip");
        byte[] bytes = Base64.getDecoder().decode(answer.path("body").asText());
        assertThat(Recorded.parse(
                                new String(new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes(), UTF_8))
                        .path("openapi")
                        .asText())
                .isEqualTo("3.1.0");
    }

    @Test
    void saysWhatIsWrongWithARequest() {
        JsonNode text = call(Recorded.event("rest").with("body", "{\"instances\": [[\"x\"]]}"));
        assertThat(status(text)).isEqualTo(400);
        assertThat(text.path("body").asText()).contains("(expected: a number for float32)");

        assertThat(status(call(Recorded.event("rest").with("path", "/nowhere"))))
                .isEqualTo(404);
        Recorded delete = Recorded.event("rest").with("httpMethod", "DELETE").with("path", "/prediction/10");
        assertThat(status(call(delete))).isEqualTo(405);
    }

    @Test
    void refusesBodiesOverTheLimit() {
        JsonNode answer = call(Recorded.event("function-url").withBytes(new byte[(int) MAX_BODY_BYTES + 1]));

        assertThat(status(answer)).isEqualTo(413);
        assertThat(answer.path("body").asText()).contains("expected: at most 4096 bytes");
    }

    @Test
    void answersBrokenEventsWith400() {
        JsonNode answer = call(Recorded.event("rest").without("path"));

        assertThat(status(answer)).isEqualTo(400);
        assertThat(answer.at("/multiValueHeaders/content-type/0").asText()).isEqualTo("application/json");
        assertThat(answer.path("body").asText())
                .isEqualTo("{\"error\":\"event: path: missing (expected: a text)\",\"detail\":[{\"type\":"
                        + "\"event_invalid\",\"msg\":\"event: path: missing (expected: a text)\"}]}");
    }

    /** Lambda then reports a failed call, which senders of other events retry or put aside. */
    @Test
    void failsForEventsThatAreNoRequests() {
        assertThatThrownBy(() -> call(Recorded.event("queue"))).isInstanceOf(UnknownEventException.class);
    }

    @Test
    void endsBeforeTheFunctionDoes() {
        JsonNode answer = call(Recorded.event("function-url"), 100);

        assertThat(status(answer)).isEqualTo(504);
        assertThat(answer.path("body").asText()).contains("deadline_exceeded");
    }

    @Test
    void leavesTheTimeThatTheClientGave() {
        // The server refuses to read this one, which shows that it came there.
        JsonNode answer = call(Recorded.event("function-url").withHeader("slipway-timeout", "soon"));

        assertThat(status(answer)).isEqualTo(400);
        assertThat(answer.path("body").asText()).contains("expected: a time such as 250ms, 2s or 800us");
    }

    @Test
    void letsNoEventChangeWhatIsServed() {
        JsonNode answer = call(Recorded.event("rest")
                .with("path", "/v2/repository/models/line/unload")
                .with("body", "{}"));

        assertThat(status(answer)).isEqualTo(403);
        assertThat(status(call(Recorded.event("rest")))).isEqualTo(200);
    }

    @Test
    void primesWithEveryExampleAndAnswersAfterwards() throws IOException {
        assertThat(function().priming().prime()).isGreaterThan(5);
        assertThat(status(call(Recorded.event("function-url")))).isEqualTo(200);
    }

    @Test
    void asksForKeysWhereThereIsAFileOfThem(@TempDir Path directory) throws IOException {
        Path keys = directory.resolve("keys");
        ApiKey.Created key = ApiKey.create("ci", Scope.PREDICT, new SecureRandom(), LocalDate.of(2026, 1, 1));
        ApiKeys.add(keys, key.line());
        FunctionOptions options = FunctionOptions.of(
                Map.of("SLIPWAY_MODELS", models.toString(), "SLIPWAY_AUTH_KEYS_FILE", keys.toString()));
        try (SlipwayFunction guarded = new SlipwayFunction(
                options.withServer(options.server().withRequestLog(OutputStream.nullOutputStream())))) {
            assertThat(status(call(guarded, Recorded.event("function-url"), 30_000)))
                    .isEqualTo(401);
            Recorded known = Recorded.event("function-url").withHeader("x-api-key", key.key());
            assertThat(status(call(guarded, known, 30_000))).isEqualTo(200);
            assertThat(guarded.priming().prime()).isGreaterThan(5);
        }
    }

    @Test
    void doesNotStartWithoutModels(@TempDir Path directory) throws IOException {
        assertThatThrownBy(() -> new SlipwayFunction(options(directory)))
                .isInstanceOf(ModelLoadException.class)
                .hasMessage("model '" + directory + "': no model (expected: a .keras, .h5 or .onnx file, or a folder of"
                        + " versions)");
        Files.writeString(directory.resolve("broken.keras"), "nothing");
        assertThatThrownBy(() -> new SlipwayFunction(options(directory)))
                .isInstanceOf(ModelLoadException.class)
                .hasMessageStartingWith("model 'broken': version 1: ");
        assertThatThrownBy(() -> new SlipwayFunction(options(directory.resolve("none"))))
                .hasMessage(directory.resolve("none") + " (expected: a directory of models)");
    }

    @Test
    void looksForModelsInThePackageUnlessToldOtherwise() {
        assertThat(FunctionOptions.of(Map.of("LAMBDA_TASK_ROOT", "/var/task")).models())
                .isEqualTo(Path.of("/var/task/models"));
        assertThatThrownBy(() -> FunctionOptions.of(Map.of()))
                .hasMessage("SLIPWAY_MODELS: not set (expected: a directory of models, where LAMBDA_TASK_ROOT is not"
                        + " set either)");
    }
}
