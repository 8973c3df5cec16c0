package dev.slipway.server.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.runtime.TensorSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a prediction request, without building a tree of it.
 *
 * <p>Either rows, {@code {"instances": [...]}}, each the value of the only input or an object of one value an input; or
 * columns, {@code {"inputs": ...}}, the tensor of the only input or an object of one tensor an input. Numbers that JSON
 * cannot write come as in {@link NonFinite}, or as the bare words that Python's {@code json} writes.
 *
 * <p>Source: TensorFlow Serving, {@code g3doc/api_rest.md}. Differs where that is silent about a fault: numbers outside the
 * range of the element type are refused instead of becoming infinite, and unknown names in rows are refused.
 */
public final class PredictRequestReader {
    /** Types whose elements JSON can carry. */
    private static final Set<DataType> READABLE = EnumSet.of(
            DataType.FLOAT,
            DataType.DOUBLE,
            DataType.FLOAT16,
            DataType.BFLOAT16,
            DataType.INT8,
            DataType.INT16,
            DataType.INT32,
            DataType.INT64,
            DataType.UINT8,
            DataType.UINT16,
            DataType.UINT32,
            DataType.UINT64,
            DataType.BOOL,
            DataType.STRING);

    /** A model's tensors have few axes; more nesting than this is not data. */
    private static final int MAX_DEPTH = 64;

    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();

    private final List<TensorSpec> inputs;

    /**
     * A reader for a model.
     *
     * @param inputs what the model needs
     * @throws IllegalArgumentException if JSON cannot carry the type of an input
     */
    public PredictRequestReader(List<TensorSpec> inputs) {
        for (TensorSpec input : inputs) {
            if (!READABLE.contains(input.type())) {
                throw new IllegalArgumentException("input '" + input.name() + "': " + input.type()
                        + " (expected: a type that JSON carries, one of " + READABLE + ")");
            }
        }
        this.inputs = List.copyOf(inputs);
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
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() == null) {
                throw new InputException("missing", List.of("body"), "expected: a JSON object", "nothing");
            }
            PredictRequest request = new Reading(parser).request();
            parser.nextToken();
            if (parser.currentToken() != null) {
                throw new InputException(
                        "json_invalid",
                        List.of("body"),
                        "expected: nothing after the object",
                        InputReader.found(parser));
            }
            return request;
        } catch (JsonProcessingException e) {
            throw new MalformedJsonException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One request being read. */
    private final class Reading {
        private final JsonParser parser;
        private final List<InputReader> readers;
        private PredictRequest.@Nullable Form form;
        private String signature = "serving_default";

        Reading(JsonParser parser) {
            this.parser = parser;
            this.readers = inputs.stream().map(InputReader::new).toList();
        }

        PredictRequest request() throws IOException {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw refused("dict_type", "expected: an object with 'instances' or 'inputs'");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                member(parser.currentName());
            }
            PredictRequest.Form found = form;
            if (found == null) {
                throw new InputException(
                        "missing", List.of("body"), "expected: 'instances' or 'inputs'", "an object without them");
            }
            if (!signature.equals("serving_default")) {
                throw new InputException(
                        "literal_error",
                        List.of("body", "signature_name"),
                        "expected: \"serving_default\", the only signature",
                        "\"" + signature + "\"");
            }
            requireEqualSymbols(found);
            return new PredictRequest(
                    found,
                    readers.stream().map(InputReader::shape).toList(),
                    readers.stream().map(InputReader::elements).toList());
        }

        private void member(String name) throws IOException {
            parser.nextToken();
            switch (name) {
                case "instances" -> {
                    begin(PredictRequest.Form.ROWS);
                    rows();
                }
                case "inputs" -> {
                    begin(PredictRequest.Form.COLUMNS);
                    columns();
                }
                case "signature_name" -> signature = parser.getText();
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

        private void rows() throws IOException {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                throw refused("list_type", "expected: a list of rows");
            }
            long count = 0;
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                row();
                count++;
            }
            if (count == 0) {
                throw new InputException(
                        "too_short", List.of("body", "instances"), "expected: at least one row", "an empty list");
            }
            for (InputReader reader : readers) {
                reader.requireRows(count);
            }
        }

        private void row() throws IOException {
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                named(1, false);
            } else if (readers.size() == 1) {
                readers.get(0).read(parser, 1);
            } else {
                throw refused("dict_type", "expected: an object with " + names());
            }
        }

        private void columns() throws IOException {
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                named(0, true);
            } else if (readers.size() == 1) {
                readers.get(0).read(parser, 0);
            } else {
                throw refused("dict_type", "expected: an object with " + names());
            }
        }

        /** An object of one value an input. */
        private void named(int axis, boolean othersIgnored) throws IOException {
            List<Object> place = InputReader.place(parser);
            boolean[] seen = new boolean[readers.size()];
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                int index = indexOf(parser.currentName());
                parser.nextToken();
                if (index < 0 && othersIgnored) {
                    parser.skipChildren();
                } else if (index < 0 || seen[index]) {
                    throw refused("extra_forbidden", "expected: " + names() + ", each once");
                } else {
                    seen[index] = true;
                    readers.get(index).read(parser, axis);
                }
            }
            requireAll(seen, place);
        }

        private void requireAll(boolean[] seen, List<Object> place) {
            List<InputProblem> problems = new ArrayList<>();
            for (int i = 0; i < seen.length; i++) {
                if (!seen[i]) {
                    TensorSpec input = inputs.get(i);
                    List<Object> location = new ArrayList<>(place);
                    location.add(input.name());
                    String expected = "expected: input '" + input.name() + "', " + ElementBuffer.keras(input.type())
                            + " " + input.shape();
                    problems.add(new InputProblem("missing", location, expected, "nothing"));
                }
            }
            if (!problems.isEmpty()) {
                throw new InputException(problems);
            }
        }

        private void requireEqualSymbols(PredictRequest.Form found) {
            Map<String, Long> sizes = new HashMap<>();
            for (InputReader reader : readers) {
                for (int axis = 0; axis < reader.shape().rank(); axis++) {
                    Dimension declared = reader.spec().shape().dimension(axis);
                    long length = reader.shape().size(axis);
                    Optional<Long> earlier = declared.symbol().map(symbol -> sizes.putIfAbsent(symbol, length));
                    if (earlier.isPresent() && earlier.get() != length) {
                        throw new InputException(
                                "shape_mismatch",
                                List.of(
                                        "body",
                                        found == PredictRequest.Form.ROWS ? "instances" : "inputs",
                                        reader.spec().name()),
                                "expected: length " + earlier.get() + " of axis " + axis
                                        + ", as another input has for the same dimension",
                                "length " + length);
                    }
                }
            }
        }

        private int indexOf(String name) {
            for (int i = 0; i < inputs.size(); i++) {
                if (inputs.get(i).name().equals(name)) {
                    return i;
                }
            }
            return -1;
        }

        private List<String> names() {
            return inputs.stream().map(TensorSpec::name).toList();
        }

        private InputException refused(String type, String message) throws IOException {
            return new InputException(type, InputReader.place(parser), message, InputReader.found(parser));
        }
    }
}
