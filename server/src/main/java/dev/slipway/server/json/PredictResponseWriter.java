package dev.slipway.server.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Writes the answer of a prediction: {@code {"predictions": [...]}} for rows, {@code {"outputs": ...}} for columns.
 *
 * <p>A number is the shortest text that reads back to the same number of its type; numbers that JSON cannot write become
 * the strings of {@link NonFinite}. Source: TensorFlow Serving, {@code g3doc/api_rest.md}, except for those strings, where
 * it writes bare words that are not JSON.
 */
public final class PredictResponseWriter {
    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build();

    private final List<TensorSpec> outputs;
    private final boolean onlyColumnIsNamed;

    private PredictResponseWriter(List<TensorSpec> outputs, boolean onlyColumnIsNamed) {
        this.outputs = List.copyOf(outputs);
        this.onlyColumnIsNamed = onlyColumnIsNamed;
    }

    /**
     * A writer that writes the only output of a model without its name, as TensorFlow Serving does.
     *
     * @param outputs what the model gives
     * @return the writer
     */
    public static PredictResponseWriter of(List<TensorSpec> outputs) {
        return new PredictResponseWriter(outputs, false);
    }

    /**
     * A writer that names every column, also the only one.
     *
     * @param outputs what the model gives
     * @return the writer
     */
    public static PredictResponseWriter named(List<TensorSpec> outputs) {
        return new PredictResponseWriter(outputs, true);
    }

    /**
     * Writes an answer.
     *
     * @param form as the request was written
     * @param results the tensor of each output, in the model's order
     * @return JSON text in UTF-8
     */
    public byte[] write(PredictRequest.Form form, List<Tensor> results) {
        ByteArrayBuilder bytes = new ByteArrayBuilder();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            if (form == PredictRequest.Form.ROWS) {
                json.writeFieldName("predictions");
                writeRows(json, results);
            } else {
                json.writeFieldName("outputs");
                writeColumns(json, results);
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void writeRows(JsonGenerator json, List<Tensor> results) throws IOException {
        if (results.size() == 1) {
            writeTensor(json, results.get(0));
            return;
        }
        int rows = (int) results.get(0).shape().size(0);
        json.writeStartArray();
        for (int row = 0; row < rows; row++) {
            json.writeStartObject();
            for (int i = 0; i < results.size(); i++) {
                json.writeFieldName(outputs.get(i).name());
                Tensor one = results.get(i).rows(row, row + 1);
                writeAxis(json, one, 1, 0);
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void writeColumns(JsonGenerator json, List<Tensor> results) throws IOException {
        if (results.size() == 1 && !onlyColumnIsNamed) {
            writeTensor(json, results.get(0));
            return;
        }
        json.writeStartObject();
        for (int i = 0; i < results.size(); i++) {
            json.writeFieldName(outputs.get(i).name());
            writeTensor(json, results.get(i));
        }
        json.writeEndObject();
    }

    private static void writeTensor(JsonGenerator json, Tensor tensor) throws IOException {
        writeAxis(json, tensor, 0, 0);
    }

    /** Writes the elements from an index on as nested lists from an axis on; gives the index behind them. */
    private static int writeAxis(JsonGenerator json, Tensor tensor, int axis, int index) throws IOException {
        Shape shape = tensor.shape();
        if (axis == shape.rank()) {
            writeElement(json, tensor, index);
            return index + 1;
        }
        json.writeStartArray();
        int next = index;
        for (long i = 0; i < shape.size(axis); i++) {
            next = writeAxis(json, tensor, axis + 1, next);
        }
        json.writeEndArray();
        return next;
    }

    private static void writeElement(JsonGenerator json, Tensor tensor, int index) throws IOException {
        DataType type = tensor.type();
        if (type == DataType.STRING) {
            json.writeString(tensor.texts().get(index));
        } else if (type == DataType.BOOL) {
            json.writeBoolean(tensor.bytes().get(index) != 0);
        } else if (type == DataType.INT64) {
            // Not by way of a double, which has 53 bits only.
            json.writeNumber(tensor.longs().get(index));
        } else if (type.isInteger()) {
            json.writeNumber((long) tensor.element(index));
        } else if (NonFinite.is(tensor.element(index))) {
            json.writeString(Double.toString(tensor.element(index)));
        } else if (type == DataType.DOUBLE) {
            json.writeNumber(tensor.element(index));
        } else {
            json.writeNumber((float) tensor.element(index));
        }
    }
}
