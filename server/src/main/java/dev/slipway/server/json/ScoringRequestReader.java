package dev.slipway.server.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.slipway.runtime.TensorSpec;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what MLflow's scoring server takes: a table as {@code dataframe_split} or {@code dataframe_records}, rows as {@code
 * instances}, tensors as {@code inputs}, or a table as CSV.
 *
 * <p>Source: MLflow, {@code mlflow/pyfunc/scoring_server/__init__.py}.
 */
public final class ScoringRequestReader {
    private static final String FORMS =
            "expected: one of 'dataframe_split', 'dataframe_records', 'instances', 'inputs'";

    private final List<TensorSpec> inputs;

    /**
     * A reader for a model.
     *
     * @param inputs what the model needs
     * @throws IllegalArgumentException if JSON cannot carry the type of an input
     */
    public ScoringRequestReader(List<TensorSpec> inputs) {
        this.inputs = ModelInputs.requireReadable(inputs);
    }

    /**
     * Reads a request of JSON.
     *
     * @param body JSON text in UTF-8
     * @return the request
     * @throws MalformedJsonException if it is not JSON
     * @throws InputException if it does not say what the model needs
     */
    public PredictRequest readJson(byte[] body) {
        return JsonText.read(body, Dialect.MLFLOW, parser -> new Reading(parser, body).request());
    }

    /**
     * Reads a table of comma-separated values.
     *
     * @param body CSV text in UTF-8
     * @param header whether the first line names the columns
     * @return the request
     * @throws InputException if it does not say what the model needs
     */
    public PredictRequest readCsv(byte[] body, boolean header) {
        return CsvTable.read(body, header, inputs);
    }

    /** One request being read. */
    private final class Reading {
        private final JsonParser parser;
        private final byte[] body;
        private @Nullable PredictRequest request;

        Reading(JsonParser parser, byte[] body) {
            this.parser = parser;
            this.body = body;
        }

        PredictRequest request() throws IOException {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw ModelInputs.refused(parser, "dict_type", FORMS + " in an object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                member(parser.currentName());
            }
            if (request == null) {
                throw new InputException("missing", List.of("body"), FORMS, "an object without them");
            }
            return request;
        }

        private void member(String name) throws IOException {
            parser.nextToken();
            switch (name) {
                case "dataframe_split" -> accept(split());
                case "dataframe_records" -> accept(records());
                case "instances" -> {
                    ModelInputs into = new ModelInputs(inputs, Dialect.MLFLOW);
                    into.rows(parser);
                    accept(into.request(PredictRequest.Form.ROWS));
                }
                case "inputs" -> {
                    ModelInputs into = new ModelInputs(inputs, Dialect.MLFLOW);
                    into.columns(parser);
                    accept(into.request(PredictRequest.Form.COLUMNS));
                }
                case "signature_name" ->
                    throw ModelInputs.refused(parser, "extra_forbidden", "expected: no 'signature_name'");
                case "params" -> {
                    if (parser.currentToken() != JsonToken.START_OBJECT
                            && parser.currentToken() != JsonToken.VALUE_NULL) {
                        throw ModelInputs.refused(parser, "dict_type", "expected: an object of parameters");
                    }
                    parser.skipChildren();
                }
                default -> parser.skipChildren();
            }
        }

        private void accept(PredictRequest next) {
            if (request != null) {
                throw new InputException("extra_forbidden", InputReader.place(parser), FORMS, "a second one");
            }
            request = next;
        }

        private PredictRequest split() throws IOException {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw ModelInputs.refused(parser, "dict_type", "expected: an object with 'columns' and 'data'");
            }
            Table table = null;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean data = parser.currentName().equals("data");
                parser.nextToken();
                if (data && table == null) {
                    table = new Table(inputs, columnNames(), List.of("body", "dataframe_split"));
                    lines(table);
                } else {
                    parser.skipChildren();
                }
            }
            if (table == null) {
                throw new InputException(
                        "missing", List.of("body", "dataframe_split", "data"), "expected: a list of rows", "nothing");
            }
            return table.request();
        }

        /** They may come behind the data, which cannot be read without them: so they are looked for from the beginning. */
        private Optional<List<String>> columnNames() {
            return JsonText.read(
                    body, Dialect.TENSORFLOW_SERVING, again -> ColumnNames.find(again, "dataframe_split", "columns"));
        }

        private void lines(Table table) throws IOException {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                throw ModelInputs.refused(parser, "list_type", "expected: a list of rows");
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (parser.currentToken() != JsonToken.START_ARRAY) {
                    throw ModelInputs.refused(parser, "list_type", "expected: a list of cells");
                }
                List<Object> place = InputReader.place(parser);
                table.beginRow();
                for (int column = 0; parser.nextToken() != JsonToken.END_ARRAY; column++) {
                    if (!table.cell(column, parser)) {
                        parser.skipChildren();
                    }
                }
                table.endRow(place);
            }
        }

        private PredictRequest records() throws IOException {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                throw ModelInputs.refused(parser, "list_type", "expected: a list of objects");
            }
            List<Object> all = InputReader.place(parser);
            Table table = null;
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (parser.currentToken() != JsonToken.START_OBJECT) {
                    throw ModelInputs.refused(parser, "dict_type", "expected: an object of one cell a column");
                }
                List<Object> place = InputReader.place(parser);
                if (table == null) {
                    List<String> names = JsonText.read(
                            body, Dialect.TENSORFLOW_SERVING, again -> ColumnNames.ofFirstRecord(again, all.get(1)));
                    table = new Table(inputs, Optional.of(names), all);
                }
                table.beginRow();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    int column = table.indexOf(parser.currentName());
                    parser.nextToken();
                    if (!table.cell(column, parser)) {
                        parser.skipChildren();
                    }
                }
                table.endRow(place);
            }
            if (table == null) {
                throw new InputException("too_short", all, "expected: at least one row", "an empty list");
            }
            return table.request();
        }
    }
}
