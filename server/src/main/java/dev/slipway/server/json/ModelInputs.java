package dev.slipway.server.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.TensorSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** The inputs of one request while they are read, row by row or input by input. */
final class ModelInputs {
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

    private final List<TensorSpec> specs;
    private final Dialect dialect;
    private final List<InputReader> readers;

    ModelInputs(List<TensorSpec> specs, Dialect dialect) {
        this.specs = specs;
        this.dialect = dialect;
        this.readers = new ArrayList<>(specs.size());
        for (TensorSpec spec : specs) {
            readers.add(new InputReader(spec, dialect));
        }
    }

    /** Refuses a model whose inputs JSON cannot carry. */
    static List<TensorSpec> requireReadable(List<TensorSpec> specs) {
        for (TensorSpec spec : specs) {
            if (!READABLE.contains(spec.type())) {
                throw new IllegalArgumentException("input '" + spec.name() + "': " + spec.type()
                        + " (expected: a type that JSON carries, one of " + READABLE + ")");
            }
        }
        return List.copyOf(specs);
    }

    InputReader reader(int index) {
        return readers.get(index);
    }

    /** Reads a list of rows: each an object of one value an input, or the value of the only input. */
    void rows(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw refused(parser, "list_type", "expected: a list of rows");
        }
        long count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            row(parser);
            count++;
        }
        if (count == 0) {
            throw new InputException(
                    "too_short", InputReader.place(parser), "expected: at least one row", "an empty list");
        }
        requireRows(count, () -> InputReader.place(parser));
    }

    /** Declares how many rows have been read. */
    void requireRows(long count, Supplier<List<Object>> place) {
        for (InputReader reader : readers) {
            reader.requireRows(count, place);
        }
    }

    private void row(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            named(parser, 1, dialect.othersIgnored());
        } else {
            only(parser).read(parser, 1);
        }
    }

    /** Reads an object of one value an input. */
    void namedRow(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw refused(parser, "dict_type", "expected: an object with " + names());
        }
        named(parser, 1, dialect.othersIgnored());
    }

    /** Reads an object of one tensor an input, or the tensor of the only input. */
    void columns(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            named(parser, 0, true);
        } else {
            only(parser).read(parser, 0);
        }
    }

    private InputReader only(JsonParser parser) throws IOException {
        if (readers.size() != 1) {
            throw refused(parser, "dict_type", "expected: an object with " + names());
        }
        return readers.get(0);
    }

    private void named(JsonParser parser, int axis, boolean othersIgnored) throws IOException {
        boolean[] seen = new boolean[readers.size()];
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            int index = indexOf(parser.currentName());
            if (index < 0 && isOnlyText(parser)) {
                readers.get(0).readBase64(parser, axis);
                return;
            }
            parser.nextToken();
            if (index < 0 && othersIgnored) {
                parser.skipChildren();
            } else if (index < 0 || seen[index]) {
                throw refused(parser, "extra_forbidden", "expected: " + names() + ", each once");
            } else {
                seen[index] = true;
                readers.get(index).read(parser, axis);
            }
        }
        requireAll(seen, parser);
    }

    /** Whether an object is not names of inputs with values, but the value of the only input: a text in base64. */
    private boolean isOnlyText(JsonParser parser) throws IOException {
        return dialect.base64Texts()
                && readers.size() == 1
                && specs.get(0).type() == DataType.STRING
                && ElementBuffer.BASE64.equals(parser.currentName());
    }

    private void requireAll(boolean[] seen, JsonParser parser) {
        List<InputProblem> problems = List.of();
        for (int i = 0; i < seen.length; i++) {
            if (!seen[i]) {
                problems = new ArrayList<>(problems);
                problems.add(missing(specs.get(i), InputReader.place(parser)));
            }
        }
        if (!problems.isEmpty()) {
            throw new InputException(problems);
        }
    }

    static InputProblem missing(TensorSpec input, List<Object> place) {
        List<Object> location = new ArrayList<>(place);
        location.add(input.name());
        String expected =
                "expected: input '" + input.name() + "', " + ElementBuffer.keras(input.type()) + " " + input.shape();
        return new InputProblem("missing", location, expected, "nothing");
    }

    /** What has been read. */
    PredictRequest request(PredictRequest.Form form) {
        requireEqualSymbols(form);
        List<Shape> shapes = new ArrayList<>(readers.size());
        List<Elements> elements = new ArrayList<>(readers.size());
        for (InputReader reader : readers) {
            shapes.add(reader.shape());
            elements.add(reader.elements());
        }
        return new PredictRequest(form, shapes, elements);
    }

    private void requireEqualSymbols(PredictRequest.Form form) {
        if (symbols() < 2) {
            return;
        }
        for (InputReader reader : readers) {
            Shape declared = reader.spec().shape();
            for (int axis = 0; axis < declared.rank(); axis++) {
                long length = reader.length(axis);
                long expected =
                        declared.dimension(axis).symbol().map(this::firstLength).orElse(length);
                if (length != expected) {
                    throw new InputException(
                            "shape_mismatch",
                            List.of(
                                    "body",
                                    form == PredictRequest.Form.ROWS ? "instances" : "inputs",
                                    reader.spec().name()),
                            "expected: length " + expected + " of axis " + axis
                                    + ", as another input has for the same dimension",
                            "length " + length);
                }
            }
        }
    }

    /** How many axes have a length that is not known before. */
    private int symbols() {
        int symbols = 0;
        for (TensorSpec spec : specs) {
            for (int axis = 0; axis < spec.shape().rank(); axis++) {
                symbols += spec.shape().dimension(axis).isKnown() ? 0 : 1;
            }
        }
        return symbols;
    }

    /** The length of the first axis of a symbol that some input declares. */
    private long firstLength(String symbol) {
        for (InputReader reader : readers) {
            Shape declared = reader.spec().shape();
            for (int axis = 0; axis < declared.rank(); axis++) {
                if (declared.dimension(axis).symbol().filter(symbol::equals).isPresent()) {
                    return reader.length(axis);
                }
            }
        }
        throw new IllegalArgumentException(symbol + " (expected: a symbol of an input)");
    }

    int indexOf(String name) {
        for (int i = 0; i < specs.size(); i++) {
            if (specs.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    List<String> names() {
        return specs.stream().map(TensorSpec::name).toList();
    }

    static InputException refused(JsonParser parser, String type, String message) throws IOException {
        return new InputException(type, InputReader.place(parser), message, InputReader.found(parser));
    }
}
