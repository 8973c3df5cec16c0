package dev.slipway.server.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.slipway.runtime.TensorSpec;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a prediction request, without building a tree of it.
 *
 * <p>Either rows, {@code {"instances": [...]}}, each the value of the only input or an object of one value an input; or
 * columns, {@code {"inputs": ...}}, the tensor of the only input or an object of one tensor an input. Numbers that JSON
 * cannot write come as in {@link NonFinite}, or as the bare words that Python's {@code json} writes.
 *
 * <p>Source: TensorFlow Serving, {@code g3doc/api_rest.md}.
 */
public final class PredictRequestReader {
    private static final String ONLY_SIGNATURE = "serving_default";

    /** What an event must have. Source: CloudEvents 1.0. */
    private static final List<String> EVENT = List.of("specversion", "id", "source", "type", "data");

    private final List<TensorSpec> inputs;
    private final Dialect dialect;
    private final Optional<PlainNumbers> plainNumbers;

    /**
     * A reader for a model that takes nothing but what is meant: numbers outside the range of the element type and text
     * after the request are refused.
     *
     * @param inputs what the model needs
     * @throws IllegalArgumentException if JSON cannot carry the type of an input
     */
    public PredictRequestReader(List<TensorSpec> inputs) {
        this(inputs, Dialect.STRICT);
    }

    /**
     * A reader for a model.
     *
     * @param inputs what the model needs
     * @param dialect what is let pass
     * @throws IllegalArgumentException if JSON cannot carry the type of an input
     */
    public PredictRequestReader(List<TensorSpec> inputs, Dialect dialect) {
        this.inputs = ModelInputs.requireReadable(inputs);
        this.dialect = dialect;
        this.plainNumbers = PlainNumbers.of(this.inputs);
    }

    /**
     * Reads a request.
     *
     * @param body JSON text in UTF-8
     * @return the request
     * @throws MalformedJsonException if it is not JSON
     * @throws InputException if it does not say what the model needs
     */
    public PredictRequest read(byte[] body) {
        Optional<PredictRequest> plain = plainNumbers.flatMap(numbers -> numbers.read(body));
        return plain.isPresent() ? plain.get() : readAny(body);
    }

    /** Reads a request token by token. */
    PredictRequest readAny(byte[] body) {
        return JsonText.read(body, dialect, parser -> new Reading(parser).request());
    }

    /**
     * Reads a request out of an event: the {@code data} of a CloudEvent in structured mode.
     *
     * @param body JSON text in UTF-8
     * @return the request
     * @throws MalformedJsonException if it is not JSON
     * @throws InputException if it is no event, or does not say what the model needs
     */
    public PredictRequest readEvent(byte[] body) {
        return JsonText.read(body, dialect, parser -> {
            PredictRequest request = null;
            Set<String> missing = new TreeSet<>(EVENT);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                missing.remove(name);
                parser.nextToken();
                if (name.equals("data")) {
                    request = new Reading(parser).request();
                } else {
                    parser.skipChildren();
                }
            }
            if (request == null || !missing.isEmpty()) {
                throw new InputException(
                        "missing",
                        List.of("body", "event"),
                        "expected: a CloudEvent with " + EVENT,
                        "none of " + missing);
            }
            return request;
        });
    }

    /** One request being read. */
    private final class Reading {
        private final JsonParser parser;
        private final ModelInputs into = new ModelInputs(inputs, dialect);
        private PredictRequest.@Nullable Form form;
        private String signature = "\"" + ONLY_SIGNATURE + "\"";

        Reading(JsonParser parser) {
            this.parser = parser;
        }

        PredictRequest request() throws IOException {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw ModelInputs.refused(parser, "dict_type", "expected: an object with 'instances' or 'inputs'");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                member(parser.currentName());
            }
            PredictRequest.Form found = form;
            if (found == null) {
                throw new InputException(
                        "missing", List.of("body"), "expected: 'instances' or 'inputs'", "an object without them");
            }
            if (!signature.equals("\"" + ONLY_SIGNATURE + "\"") && !signature.equals("\"\"")) {
                throw new InputException(
                        "literal_error",
                        List.of("body", "signature_name"),
                        "expected: \"" + ONLY_SIGNATURE + "\", the only signature",
                        signature);
            }
            return into.request(found);
        }

        private void member(String name) throws IOException {
            parser.nextToken();
            switch (name) {
                case "instances" -> {
                    begin(PredictRequest.Form.ROWS);
                    into.rows(parser);
                }
                case "inputs" -> {
                    begin(PredictRequest.Form.COLUMNS);
                    into.columns(parser);
                }
                case "signature_name" -> {
                    signature = InputReader.found(parser);
                    parser.skipChildren();
                }
                default -> parser.skipChildren();
            }
        }

        private void begin(PredictRequest.Form next) {
            if (form != null) {
                throw new InputException(
                        "extra_forbidden",
                        InputReader.place(parser),
                        "expected: either 'instances' or 'inputs', once",
                        "a second one");
            }
            form = next;
        }
    }
}
