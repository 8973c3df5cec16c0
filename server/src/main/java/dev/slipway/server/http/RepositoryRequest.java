package dev.slipway.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.server.json.InputException;
import dev.slipway.server.json.InputProblem;
import dev.slipway.server.json.MalformedJsonException;
import java.util.List;

/** The small parts of requests of the Open Inference Protocol that are no tensors. */
final class RepositoryRequest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RepositoryRequest() {}

    /** Whether a request for the repository's index is for models that are ready only; an empty body asks for all. */
    static boolean asksForReady(byte[] body) {
        if (body.length == 0) {
            return false;
        }
        JsonNode ready = object(body).path("ready");
        if (!ready.isBoolean() && !ready.isMissingNode()) {
            throw new InputException(
                    "bool_type", List.of("body", "ready"), "expected: true or false", "something else");
        }
        return ready.booleanValue();
    }

    /** Refuses a request to load what it brings with it; its other parameters ask for nothing that is not done anyway. */
    static void refuseFiles(byte[] body) {
        JsonNode parameters =
                body.length == 0 ? JSON.createObjectNode() : object(body).path("parameters");
        parameters.fieldNames().forEachRemaining(key -> {
            if (key.equals("config") || key.startsWith("file:")) {
                throw new InputException(
                        "unsupported",
                        List.of("body", "parameters", key),
                        "expected: files in the directory of models",
                        "files in the request");
            }
        });
    }

    private static JsonNode object(byte[] body) {
        try {
            JsonNode request = JSON.readTree(new String(body, UTF_8));
            if (!request.isObject()) {
                throw new InputException("object_type", List.of("body"), "expected: an object", "something else");
            }
            return request;
        } catch (JsonProcessingException e) {
            throw new MalformedJsonException(e);
        }
    }

    /** A header's number of bytes. */
    static int length(String text) {
        if (!text.matches("\\d{1,9}")) {
            throw new InputException(
                    "header",
                    List.of("header", "inference-header-content-length"),
                    "expected: a number of bytes",
                    InputProblem.cut(text));
        }
        return Integer.parseInt(text);
    }
}
