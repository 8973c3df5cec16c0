package dev.slipway.server.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** A body of JSON, read token by token: no tree of it is built. */
final class JsonText {
    /** What {@link InputProblem#type()} says of an empty body. */
    static final String EMPTY = "json_empty";

    /** A model's tensors have few axes; more nesting than this is not data. */
    private static final int MAX_DEPTH = 64;

    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();

    private JsonText() {}

    /** Reads a value, whose first token is the parser's current one. */
    @FunctionalInterface
    interface ValueReader<T> {
        T read(JsonParser parser) throws IOException;
    }

    static <T> T read(byte[] body, Dialect dialect, ValueReader<T> reader) {
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() == null) {
                throw new InputException(EMPTY, List.of("body"), "expected: JSON", "nothing");
            }
            T value = reader.read(parser);
            if (dialect.oneValue() && parser.nextToken() != null) {
                throw new InputException(
                        "json_invalid",
                        List.of("body"),
                        "expected: nothing after the value",
                        InputReader.found(parser));
            }
            return value;
        } catch (JsonProcessingException e) {
            throw new MalformedJsonException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
