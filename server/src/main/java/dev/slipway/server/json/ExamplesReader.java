package dev.slipway.server.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what TensorFlow Serving takes for {@code classify} and {@code regress}: {@code examples}, each an object of features,
 * and features of all of them in {@code context}. A feature is a value or a flat list of values, as many as one row of the
 * input of its name has; features that are no inputs are ignored.
 *
 * <p>Source: TensorFlow Serving, {@code g3doc/api_rest.md}.
 */
public final class ExamplesReader {
    private final List<TensorSpec> inputs;

    /**
     * A reader for a model.
     *
     * @param inputs what the model needs
     * @throws IllegalArgumentException if JSON cannot carry the type of an input
     */
    public ExamplesReader(List<TensorSpec> inputs) {
        this.inputs = ModelInputs.requireReadable(inputs);
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
        // The context may come behind the examples that need it: so it is read before.
        List<Optional<Elements>> context = JsonText.read(body, Dialect.TENSORFLOW_SERVING, this::context);
        return JsonText.read(body, Dialect.TENSORFLOW_SERVING, parser -> examples(parser, context));
    }

    private List<Optional<Elements>> context(JsonParser parser) throws IOException {
        List<Optional<Elements>> none =
                inputs.stream().map(input -> Optional.<Elements>empty()).toList();
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw ModelInputs.refused(parser, "dict_type", "expected: an object with 'examples'");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean found = parser.currentName().equals("context");
            parser.nextToken();
            if (found) {
                return features(parser);
            }
            parser.skipChildren();
        }
        return none;
    }

    /** The features of an object, by inputs. */
    private List<Optional<Elements>> features(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw ModelInputs.refused(parser, "dict_type", "expected: an object of features");
        }
        List<Optional<Elements>> found = new ArrayList<>(
                inputs.stream().map(input -> Optional.<Elements>empty()).toList());
        ModelInputs names = new ModelInputs(inputs, Dialect.TENSORFLOW_SERVING);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            int index = names.indexOf(parser.currentName());
            parser.nextToken();
            if (index < 0) {
                parser.skipChildren();
            } else {
                found.set(index, Optional.of(feature(parser, inputs.get(index))));
            }
        }
        return found;
    }

    private static Elements feature(JsonParser parser, TensorSpec input) throws IOException {
        ElementBuffer into = ElementBuffer.of(input, Dialect.TENSORFLOW_SERVING);
        List<Object> place = InputReader.place(parser);
        long count = 0;
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                add(parser, into);
                count++;
            }
        } else {
            add(parser, into);
            count = 1;
        }
        long expected = rowShape(input).elementCount();
        if (count != expected) {
            throw new InputException(
                    "count", place, "expected: " + expected + " values, a row of " + input.shape(), count + " values");
        }
        return into.elements();
    }

    private static void add(JsonParser parser, ElementBuffer into) throws IOException {
        Optional<ElementBuffer.Expectation> unmet = into.add(parser);
        if (unmet.isPresent()) {
            throw ModelInputs.refused(parser, unmet.get().type(), unmet.get().message());
        }
    }

    private static Shape rowShape(TensorSpec input) {
        return input.shape().slice(1, input.shape().rank());
    }

    private PredictRequest examples(JsonParser parser, List<Optional<Elements>> context) throws IOException {
        List<List<Elements>> rows = new ArrayList<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean found = parser.currentName().equals("examples");
            parser.nextToken();
            if (found) {
                rows.addAll(rows(parser, context));
            } else {
                parser.skipChildren();
            }
        }
        if (rows.isEmpty()) {
            throw new InputException(
                    "missing", List.of("body", "examples"), "expected: a list of at least one example", "nothing");
        }
        return together(rows);
    }

    private List<List<Elements>> rows(JsonParser parser, List<Optional<Elements>> context) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw ModelInputs.refused(parser, "list_type", "expected: a list of examples");
        }
        List<List<Elements>> rows = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            List<Object> place = InputReader.place(parser);
            List<Optional<Elements>> own = features(parser);
            List<Elements> row = new ArrayList<>();
            for (int i = 0; i < inputs.size(); i++) {
                TensorSpec input = inputs.get(i);
                Optional<Elements> shared = context.get(i);
                row.add(own.get(i)
                        .or(() -> shared)
                        .orElseThrow(() -> new InputException(List.of(ModelInputs.missing(input, place)))));
            }
            rows.add(row);
        }
        return rows;
    }

    private PredictRequest together(List<List<Elements>> rows) {
        List<Shape> shapes = new ArrayList<>();
        List<Elements> contents = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            TensorSpec input = inputs.get(i);
            shapes.add(input.shape().with(0, Dimension.of(rows.size())));
            int width = input.type() == DataType.STRING
                    ? 0
                    : Math.toIntExact(
                            rowShape(input).elementCount() * input.type().byteSize());
            ByteBuffer bytes =
                    ByteBuffer.allocate(Math.multiplyExact(width, rows.size())).order(ByteOrder.nativeOrder());
            List<String> texts = new ArrayList<>();
            for (List<Elements> row : rows) {
                bytes.put(row.get(i).bytes().duplicate());
                texts.addAll(row.get(i).texts());
            }
            contents.add(new Elements(bytes.flip(), texts));
        }
        return new PredictRequest(PredictRequest.Form.ROWS, shapes, contents);
    }
}
