package dev.slipway.cli.io;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.data.Npy;
import dev.slipway.keras.data.Npz;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import dev.slipway.server.json.PredictRequest;
import dev.slipway.server.json.PredictResponseWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Results of a prediction in the formats of the command line. */
public final class OutputData {
    private OutputData() {}

    /**
     * Writes results.
     *
     * @param results the tensor of each output, by name
     * @param outputs what the model gives, in its order
     * @param form how the data was written
     * @param format how to write the results
     * @return the content of a file
     * @throws IllegalArgumentException if the format cannot hold them
     */
    public static byte[] encode(
            Map<String, Tensor> results, List<TensorSpec> outputs, PredictRequest.Form form, Format format) {
        List<Tensor> ordered = List.copyOf(results.values());
        return switch (format) {
            case JSON -> json(ordered, outputs, form);
            case CSV -> csv(ordered, outputs);
            case NPY -> {
                if (ordered.size() != 1) {
                    throw new IllegalArgumentException(ordered.size()
                            + " outputs in one .npy (expected: npz or json for outputs " + results.keySet() + ")");
                }
                yield Npy.write(ordered.get(0));
            }
            case NPZ -> Npz.write(results);
            case PARQUET ->
                throw new IllegalArgumentException("parquet (expected: json, csv, npy or npz, to write results)");
        };
    }

    private static byte[] json(List<Tensor> results, List<TensorSpec> outputs, PredictRequest.Form form) {
        byte[] text = PredictResponseWriter.named(outputs).write(form, results);
        byte[] line = java.util.Arrays.copyOf(text, text.length + 1);
        line[text.length] = '\n';
        return line;
    }

    /** One line a row; the columns of an output of several numbers a row are numbered. */
    private static byte[] csv(List<Tensor> results, List<TensorSpec> outputs) {
        List<String> header = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            long width = width(results.get(i));
            for (int column = 0; column < width; column++) {
                header.add(quoted(outputs.get(i).name() + (width == 1 ? "" : "_" + column)));
            }
        }
        StringBuilder text = new StringBuilder(String.join(",", header)).append("\r\n");
        long rows =
                results.get(0).shape().rank() == 0 ? 1 : results.get(0).shape().size(0);
        for (int row = 0; row < rows; row++) {
            List<String> fields = new ArrayList<>();
            for (Tensor result : results) {
                int width = width(result);
                for (int column = 0; column < width; column++) {
                    fields.add(field(result, row * width + column));
                }
            }
            text.append(String.join(",", fields)).append("\r\n");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static int width(Tensor result) {
        Shape shape = result.shape();
        return Math.toIntExact(
                shape.rank() == 0 ? 1 : shape.slice(1, shape.rank()).elementCount());
    }

    private static String field(Tensor result, int index) {
        if (result.type() == DataType.STRING) {
            return quoted(result.texts().get(index));
        }
        if (result.type() == DataType.INT64) {
            return Long.toString(result.longs().get(index));
        }
        if (result.type() == DataType.UINT64) {
            return Long.toUnsignedString(result.bytes().getLong(index * Long.BYTES));
        }
        double number = result.element(index);
        if (result.type().isFloating()) {
            return result.type() == DataType.DOUBLE ? Double.toString(number) : Float.toString((float) number);
        }
        return Long.toString((long) number);
    }

    private static String quoted(String name) {
        boolean plain = name.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? name : '"' + name.replace("\"", "\"\"") + '"';
    }
}
