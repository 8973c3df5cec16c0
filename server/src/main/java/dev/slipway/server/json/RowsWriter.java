package dev.slipway.server.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.io.IOException;
import java.util.List;

/** Writes objects whose fields are the outputs of a model; numbers that JSON cannot write are the strings of {@link NonFinite}. */
public final class RowsWriter {
    private static final TensorWriter TENSORS = new TensorWriter(NonFiniteForm.STRING);

    private final List<TensorSpec> outputs;

    /**
     * A writer for a model.
     *
     * @param outputs what the model gives
     */
    public RowsWriter(List<TensorSpec> outputs) {
        this.outputs = List.copyOf(outputs);
    }

    /**
     * Writes an answer.
     *
     * @param isList whether rows were asked for as a list
     * @param results the tensor of each output, in the model's order
     * @return JSON text in UTF-8
     * @throws InputException if the outputs have no rows
     */
    public byte[] write(boolean isList, List<Tensor> results) {
        int rows = TensorWriter.requireRows(results);
        return TensorWriter.toBytes(json -> {
            if (isList) {
                json.writeStartArray();
            }
            for (int row = 0; row < rows; row++) {
                writeRow(json, results, row);
            }
            if (isList) {
                json.writeEndArray();
            }
        });
    }

    private void writeRow(JsonGenerator json, List<Tensor> results, int row) throws IOException {
        json.writeStartObject();
        for (int i = 0; i < results.size(); i++) {
            json.writeFieldName(outputs.get(i).name());
            TENSORS.writeRow(json, results.get(i), row, false);
        }
        json.writeEndObject();
    }
}
