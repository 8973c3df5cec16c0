package dev.slipway.server.json;

import com.fasterxml.jackson.core.JsonToken;
import dev.slipway.runtime.TensorSpec;
import java.util.List;

/** Reads objects whose fields are the inputs of a model: one row, or a list of them. */
public final class RowsReader {
    private final List<TensorSpec> inputs;

    /**
     * A reader for a model.
     *
     * @param inputs what the model needs
     * @throws IllegalArgumentException if JSON cannot carry the type of an input
     */
    public RowsReader(List<TensorSpec> inputs) {
        this.inputs = ModelInputs.requireReadable(inputs);
    }

    /**
     * What was asked for.
     *
     * @param tensors the rows
     * @param isList whether they came as a list, and so are answered by one
     */
    public record Rows(PredictRequest tensors, boolean isList) {}

    /**
     * Reads one row or a list of rows.
     *
     * @param body JSON text in UTF-8
     * @return the rows
     * @throws MalformedJsonException if it is not JSON
     * @throws InputException if it does not say what the model needs
     */
    public Rows read(byte[] body) {
        return JsonText.read(body, Dialect.STRICT, parser -> {
            ModelInputs into = new ModelInputs(inputs, Dialect.STRICT);
            boolean isList = parser.currentToken() == JsonToken.START_ARRAY;
            long count = 0;
            if (isList) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    into.namedRow(parser);
                    count++;
                }
            } else {
                into.namedRow(parser);
                count = 1;
            }
            if (count == 0) {
                throw new InputException("too_short", List.of("body"), "expected: at least one row", "an empty list");
            }
            into.requireRows(count, () -> List.of("body"));
            return new Rows(into.request(PredictRequest.Form.ROWS), isList);
        });
    }
}
