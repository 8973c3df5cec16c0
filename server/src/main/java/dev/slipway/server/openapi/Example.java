package dev.slipway.server.openapi;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * A body and what it is answered by.
 *
 * @param request the body
 * @param answer the answer; empty where JSON has no digits for its numbers
 */
record Example(JsonNode request, Optional<JsonNode> answer) {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    static Example of(JsonNode request, byte[] answer) {
        try {
            JsonNode read = JSON.readTree(answer);
            return new Example(request, isJson(read) ? Optional.of(read) : Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isJson(JsonNode node) {
        if (node.isFloatingPointNumber()) {
            return Double.isFinite(node.doubleValue());
        }
        for (JsonNode child : node) {
            if (!isJson(child)) {
                return false;
            }
        }
        return true;
    }
}
