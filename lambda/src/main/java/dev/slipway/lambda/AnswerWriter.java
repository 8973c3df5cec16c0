package dev.slipway.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Writes answers in the form of the event that asked. */
final class AnswerWriter {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TEXT = Pattern.compile("text/.*|application/(.*[+])?(json|javascript|xml|yaml)\\b.*");

    private AnswerWriter() {}

    /** The answer as JSON; one that says so if it is longer than what gets through. */
    static byte[] write(Answer answer, EventKind kind, boolean severalValues) {
        byte[] written = bytes(answer, kind, severalValues);
        if (written.length <= kind.maxAnswerBytes()) {
            return written;
        }
        String message = "answer: " + written.length + " bytes as an event (expected: at most " + kind.maxAnswerBytes()
                + ", which is what gets out of a function); ask for fewer rows at once";
        return bytes(Answer.error(413, "too_large", message), kind, severalValues);
    }

    private static byte[] bytes(Answer answer, EventKind kind, boolean severalValues) {
        ObjectNode event = JSON.createObjectNode().put("statusCode", answer.status());
        if (kind == EventKind.BALANCER) {
            event.put(
                    "statusDescription",
                    answer.status() + " "
                            + HttpResponseStatus.valueOf(answer.status()).reasonPhrase());
        }
        Map<String, List<String>> headers = new LinkedHashMap<>();
        answer.headers()
                .forEach(each -> headers.merge(
                        each.getKey().toLowerCase(Locale.ROOT), List.of(each.getValue()), AnswerWriter::both));
        if (severalValues) {
            event.set("multiValueHeaders", JSON.valueToTree(headers));
        } else {
            ObjectNode joined = event.putObject("headers");
            headers.forEach((name, values) -> joined.put(name, String.join(", ", values)));
        }
        Optional<String> text = text(answer, headers);
        event.put("isBase64Encoded", text.isEmpty());
        event.put(
                "body",
                text.orElseGet(
                        () -> Base64.getEncoder().encodeToString(answer.body().getBytes())));
        try {
            return JSON.writeValueAsBytes(event);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> both(List<String> some, List<String> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    /** The body as a text; empty if it is none. */
    private static Optional<String> text(Answer answer, Map<String, List<String>> headers) {
        boolean plain = !headers.containsKey("content-encoding")
                && TEXT.matcher(headers.getOrDefault("content-type", List.of(""))
                                .get(0))
                        .matches();
        if (!plain) {
            return answer.body().length() == 0 ? Optional.of("") : Optional.empty();
        }
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(answer.body().getBytes()))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
