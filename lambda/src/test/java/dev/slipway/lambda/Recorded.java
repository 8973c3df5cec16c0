package dev.slipway.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Objects;

/** Events as AWS documents them, made into others where a test wants that. */
record Recorded(ObjectNode json) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Recorded event(String name) {
        try (InputStream in = Recorded.class.getResourceAsStream("/events/" + name + ".json")) {
            return new Recorded((ObjectNode) JSON.readTree(Objects.requireNonNull(in, name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Recorded with(String key, String value) {
        json.put(key, value);
        return this;
    }

    Recorded without(String key) {
        json.remove(key);
        return this;
    }

    Recorded withHeader(String name, String value) {
        ((ObjectNode) json.get("headers")).put(name, value);
        return this;
    }

    Recorded withBytes(byte[] body) {
        json.put("body", Base64.getEncoder().encodeToString(body)).put("isBase64Encoded", true);
        return this;
    }

    EventKind kind() {
        return EventReader.kind(json);
    }

    Event read() {
        return EventReader.read(json, kind());
    }
}
