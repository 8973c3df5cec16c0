package dev.slipway.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Answers have the form that the sender of the event reads. */
final class AnswerWriterTest {
    private static JsonNode write(Answer answer, EventKind kind, boolean severalValues) {
        return Recorded.parse(new String(AnswerWriter.write(answer, kind, severalValues), UTF_8));
    }

    private static Answer answer(String type, byte[] body) {
        return new Answer(
                200,
                List.of(Map.entry("Content-Type", type), Map.entry("Vary", "a"), Map.entry("vary", "b")),
                Buffer.buffer(body));
    }

    @Test
    void writesTextAsText() {
        for (String type : List.of("application/json", "text/html;charset=utf-8", "application/problem+json")) {
            JsonNode event = write(answer(type, "é".getBytes(UTF_8)), EventKind.HTTP, false);

            assertThat(event.path("isBase64Encoded").asBoolean()).as(type).isFalse();
            assertThat(event.path("body").asText()).as(type).isEqualTo("é");
        }
    }

    @Test
    void writesAllElseInBase64() {
        byte[] bytes = {(byte) 0xff, 1};
        for (String type : List.of("application/octet-stream", "application/json", "image/png")) {
            JsonNode event = write(answer(type, bytes), EventKind.HTTP, false);

            assertThat(event.path("isBase64Encoded").asBoolean()).as(type).isTrue();
            assertThat(event.path("body").asText()).as(type).isEqualTo("/wE=");
        }
    }

    @Test
    void writesWhatIsCompressedInBase64() {
        Answer answer = new Answer(
                200,
                List.of(Map.entry("content-type", "application/json"), Map.entry("content-encoding", "gzip")),
                Buffer.buffer("{}"));

        assertThat(write(answer, EventKind.HTTP, false).path("body").asText()).isEqualTo("e30=");
    }

    @Test
    void joinsHeadersOrNamesThemOneByOne() {
        Answer answer = answer("text/plain", new byte[0]);

        assertThat(write(answer, EventKind.HTTP, false).at("/headers/vary").asText())
                .isEqualTo("a, b");
        JsonNode several = write(answer, EventKind.BALANCER, true);
        assertThat(several.at("/multiValueHeaders/vary").toString()).isEqualTo("[\"a\",\"b\"]");
        assertThat(several.has("headers")).isFalse();
        assertThat(several.path("statusDescription").asText()).isEqualTo("200 OK");
    }

    @Test
    void saysSoWhenAnAnswerDoesNotGetThrough() {
        Answer answer = answer("text/plain", new byte[1024 * 1024]);

        assertThat(write(answer, EventKind.BALANCER, false).path("statusCode").asInt())
                .isEqualTo(413);
        assertThat(write(answer("text/plain", "x".repeat(1024 * 1024).getBytes(UTF_8)), EventKind.HTTP, false)
                        .path("statusCode")
                        .asInt())
                .isEqualTo(200);
        assertThat(write(answer, EventKind.BALANCER, false).path("body").asText())
                .contains(
                        "(expected: at most 1048576, which is what gets out of a function); ask for fewer rows at once");
    }
}
