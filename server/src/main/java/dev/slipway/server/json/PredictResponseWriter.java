package dev.slipway.server.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Writes the answer of a prediction: {@code {"predictions": [...]}} for rows, {@code {"outputs": ...}} for columns.
 *
 * <p>Source: TensorFlow Serving, {@code g3doc/api_rest.md}.
 */
public final class PredictResponseWriter {
    private static final String BYTES = "_bytes";
    private static final byte[] PREDICTIONS = PlainAnswer.opening("predictions");
    private static final byte[] OUTPUTS = PlainAnswer.opening("outputs");

    private final List<TensorSpec> outputs;
    private final boolean onlyColumnIsNamed;
    private final boolean knowsBytes;
    private final TensorWriter tensors;

    private PredictResponseWriter(
            List<TensorSpec> outputs, boolean onlyColumnIsNamed, boolean knowsBytes, NonFiniteForm nonFinite) {
        this.outputs = List.copyOf(outputs);
        this.onlyColumnIsNamed = onlyColumnIsNamed;
        this.knowsBytes = knowsBytes;
        this.tensors = new TensorWriter(nonFinite);
    }

    /**
     * A writer that writes as TensorFlow Serving does: the only output without its name, texts of outputs whose name ends in
     * {@code _bytes} in base64, numbers that JSON cannot write as bare words.
     *
     * @param outputs what the model gives
     * @return the writer
     */
    public static PredictResponseWriter of(List<TensorSpec> outputs) {
        return new PredictResponseWriter(outputs, false, true, NonFiniteForm.WORD);
    }

    /**
     * A writer for those who read JSON and nothing else: numbers that it cannot write are {@code null}.
     *
     * @param outputs what the model gives
     * @return the writer
     */
    public static PredictResponseWriter plain(List<TensorSpec> outputs) {
        return new PredictResponseWriter(outputs, false, false, NonFiniteForm.NULL);
    }

    /**
     * A writer that names every column, also the only one, and writes numbers that JSON cannot write as strings.
     *
     * @param outputs what the model gives
     * @return the writer
     */
    public static PredictResponseWriter named(List<TensorSpec> outputs) {
        return new PredictResponseWriter(outputs, true, false, NonFiniteForm.STRING);
    }

    /**
     * Writes an answer.
     *
     * @param form as the request was written
     * @param results the tensor of each output, in the model's order
     * @return JSON text in UTF-8
     * @throws InputException if the outputs have no rows, and rows were asked for
     */
    public byte[] write(PredictRequest.Form form, List<Tensor> results) {
        boolean rows = form == PredictRequest.Form.ROWS;
        if (!onlyColumnIsNamed || rows) {
            Optional<byte[]> plain = PlainAnswer.write(rows ? PREDICTIONS : OUTPUTS, results);
            if (plain.isPresent()) {
                return plain.get();
            }
        }
        return TensorWriter.toBytes(json -> {
            json.writeStartObject();
            json.writeFieldName(rows ? "predictions" : "outputs");
            if (rows) {
                writeRows(json, results);
            } else {
                writeColumns(json, results);
            }
            json.writeEndObject();
        });
    }

    /**
     * Writes whole tensors under the name {@code predictions}, whatever the form of the request, as MLflow does.
     *
     * @param results the tensor of each output, in the model's order
     * @return JSON text in UTF-8
     */
    public byte[] writePredictions(List<Tensor> results) {
        return TensorWriter.toBytes(json -> {
            json.writeStartObject();
            json.writeFieldName("predictions");
            writeColumns(json, results);
            json.writeEndObject();
        });
    }

    private void writeRows(JsonGenerator json, List<Tensor> results) throws IOException {
        int rows = TensorWriter.requireRows(results);
        if (results.size() == 1) {
            tensors.write(json, results.get(0), isBytes(0));
            return;
        }
        json.writeStartArray();
        for (int row = 0; row < rows; row++) {
            json.writeStartObject();
            for (int i = 0; i < results.size(); i++) {
                json.writeFieldName(outputs.get(i).name());
                tensors.writeRow(json, results.get(i), row, isBytes(i));
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void writeColumns(JsonGenerator json, List<Tensor> results) throws IOException {
        if (results.size() == 1 && !onlyColumnIsNamed) {
            tensors.write(json, results.get(0), isBytes(0));
            return;
        }
        json.writeStartObject();
        for (int i = 0; i < results.size(); i++) {
            json.writeFieldName(outputs.get(i).name());
            tensors.write(json, results.get(i), isBytes(i));
        }
        json.writeEndObject();
    }

    private boolean isBytes(int index) {
        return knowsBytes && outputs.get(index).name().endsWith(BYTES);
    }
}
