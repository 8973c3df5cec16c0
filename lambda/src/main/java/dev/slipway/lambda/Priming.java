package dev.slipway.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.crac.Context;
import org.crac.Resource;

/**
 * Goes the whole way of an event before a snapshot is taken, so that its classes and compiled code are in the snapshot: every
 * example of the OpenAPI document, once.
 *
 * <p>Nothing needs repair after a restore: connections to the server live for one event, and models are files no more.
 */
final class Priming implements Resource {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SlipwayFunction function;

    Priming(SlipwayFunction function) {
        this.function = function;
    }

    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) throws IOException {
        prime();
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) {}

    /** Sends every example; returns how many there were. */
    int prime() throws IOException {
        List<byte[]> events = examples(JSON.readTree(call(event("GET", "/openapi.json", "")))
                .path("body")
                .asText());
        for (byte[] each : events) {
            int status = JSON.readTree(call(each)).path("statusCode").asInt();
            // Where keys are asked for, this goes as far as the door.
            if (status != 200 && status != 401) {
                throw new IllegalStateException("priming: status " + status
                        + " (expected: 200) for an example of this function's own OpenAPI document");
            }
        }
        return events.size();
    }

    private static List<byte[]> examples(String openApi) throws IOException {
        return JSON.readTree(openApi).path("paths").properties().stream()
                .flatMap(path ->
                        path.getValue().at("/post/requestBody/content/application~1json/examples").properties().stream()
                                .map(example -> example.getValue().path("value"))
                                .map(JsonNode::toString)
                                .map(body -> event("POST", path.getKey(), body)))
                .toList();
    }

    private static byte[] event(String method, String path, String body) {
        ObjectNode event = JSON.createObjectNode().put("version", "2.0").put("rawPath", path);
        event.putObject("headers").put("content-type", "application/json");
        event.putObject("requestContext").putObject("http").put("method", method);
        return event.put("body", body).toString().getBytes(StandardCharsets.UTF_8);
    }

    private byte[] call(byte[] event) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        function.handle(new ByteArrayInputStream(event), answer, PATIENCE, "priming");
        return answer.toByteArray();
    }
}
