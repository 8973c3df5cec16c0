package dev.slipway.server.payload;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * Predictions as events.
 *
 * <p>Source: CloudEvents 1.0, JSON event format; types and {@code inferenceservicename} are those of KServe's logger ({@code
 * pkg/logger}), which gives both events of a prediction one id, too.
 */
final class Events {
    private static final String TYPE = "org.kubeflow.serving.inference.";
    /** Numbers are written as they came: neither rounded to doubles nor 10.0 as 1E+1. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final long maxBytes;
    private final Redaction redaction;

    Events(long maxBytes, Redaction redaction) {
        this.maxBytes = maxBytes;
        this.redaction = redaction;
    }

    byte[] request(Subject subject, Instant time, Payload payload) {
        ObjectNode event = envelope(subject, "request", time);
        write(event, payload, subject.inputs(), false);
        return event.toString().getBytes(StandardCharsets.UTF_8);
    }

    byte[] response(Subject subject, Instant time, int status, Payload payload) {
        ObjectNode event = envelope(subject, "response", time).put("statuscode", status);
        // An error may say what it did not like.
        write(event, payload, subject.outputs(), status >= 400);
        return event.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode envelope(Subject subject, String kind, Instant time) {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("specversion", "1.0")
                .put("id", subject.id())
                .put("source", "/models/" + subject.model() + "/versions/" + subject.version())
                .put("type", TYPE + kind)
                .put("time", time.toString())
                .put("inferenceservicename", subject.model())
                .put("modelversion", subject.version())
                .put("protocol", subject.protocol());
        if (!subject.traceId().isEmpty()) {
            event.put("traceid", subject.traceId());
        }
        return event;
    }

    private void write(ObjectNode event, Payload payload, List<String> tensors, boolean mayQuote) {
        event.put("datalength", payload.length());
        if (mayQuote && !redaction.isEmpty()) {
            event.put("datacontenttype", "application/json").set("data", Redaction.REDACTED);
        } else if (payload.length() > maxBytes) {
            writeStart(event, payload);
        } else if (isText(payload.contentType())) {
            writeText(event, payload);
        } else if (isBinary(payload.contentType())) {
            writeBinary(event, payload);
        } else {
            writeJson(event, payload, tensors);
        }
    }

    private static String plain(String contentType) {
        return contentType.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
    }

    /** Clients that do not know better say text/plain of JSON. */
    private static boolean isText(String contentType) {
        return plain(contentType).equals("text/csv");
    }

    private static boolean isBinary(String contentType) {
        return plain(contentType).equals("application/octet-stream");
    }

    /** Half a body has no members from which something could be taken. */
    private void writeStart(ObjectNode event, Payload payload) {
        if (!redaction.isEmpty()) {
            event.put("dataomitted", "too long to be redacted");
            return;
        }
        event.put("datatruncated", true);
        if (isBinary(payload.contentType())) {
            writeBinary(event, payload);
        } else {
            byte[] start = payload.bytes().get();
            int length = (int) Math.min(maxBytes, start.length);
            event.put("datacontenttype", "text/plain")
                    .put("data", new String(start, 0, length, StandardCharsets.UTF_8));
        }
    }

    private void writeText(ObjectNode event, Payload payload) {
        if (omitsWhatIsNotJson(event)) {
            return;
        }
        event.put("datacontenttype", plain(payload.contentType()))
                .put("data", new String(payload.bytes().get(), StandardCharsets.UTF_8));
    }

    private void writeBinary(ObjectNode event, Payload payload) {
        if (omitsWhatIsNotJson(event)) {
            return;
        }
        event.put("datacontenttype", plain(payload.contentType()))
                .put("data_base64", payload.bytes().get());
    }

    private boolean omitsWhatIsNotJson(ObjectNode event) {
        if (redaction.isEmpty()) {
            return false;
        }
        event.put("dataomitted", "not JSON, so it cannot be redacted");
        return true;
    }

    private void writeJson(ObjectNode event, Payload payload, List<String> tensors) {
        JsonNode data;
        try {
            data = JSON.readTree(payload.bytes().get());
        } catch (IOException e) {
            // A faulty request, or binary tensors behind the JSON.
            writeBinary(event, payload);
            return;
        }
        event.put("datacontenttype", "application/json").set("data", redaction.apply(data, tensors));
    }
}
