package dev.slipway.server.json;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes the answers of {@code classify}, {@code {"results": [[[label, score], ...], ...]}}, and of {@code regress}, {@code
 * {"results": [value, ...]}}.
 *
 * <p>Source: TensorFlow Serving, {@code g3doc/api_rest.md}. A model without texts for its classes has empty labels there.
 */
public final class ExamplesWriter {
    private static final TensorWriter TENSORS = new TensorWriter(NonFiniteForm.WORD);

    private final List<TensorSpec> outputs;

    /**
     * A writer for a model.
     *
     * @param outputs what the model gives
     */
    public ExamplesWriter(List<TensorSpec> outputs) {
        this.outputs = List.copyOf(outputs);
    }

    /**
     * Whether the outputs are scores of classes.
     *
     * @return true if the only output of numbers is {@code [batch, classes]}, beside it at most texts for the classes
     */
    public boolean canClassify() {
        return only(false)
                        .filter(i ->
                                shape(i).rank() == 2 && !shape(i).dimension(1).is(1))
                        .isPresent()
                && outputs.size() == (labels().isPresent() ? 2 : 1);
    }

    /**
     * Whether the output is one value.
     *
     * @return true if the only output is {@code [batch]} or {@code [batch, 1]}, of floating-point numbers
     */
    public boolean canRegress() {
        return outputs.size() == 1
                && only(false)
                        .filter(i -> shape(i).rank() == 1
                                || (shape(i).rank() == 2
                                        && shape(i).dimension(1).is(1)))
                        .isPresent();
    }

    private Shape shape(int index) {
        return outputs.get(index).shape();
    }

    /** The only output of texts, or of floating-point numbers. */
    private Optional<Integer> only(boolean texts) {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            DataType type = outputs.get(i).type();
            if (texts ? type == DataType.STRING : type.isFloating()) {
                found.add(i);
            }
        }
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    private Optional<Integer> labels() {
        return only(true).filter(i -> shape(i).rank() == 2);
    }

    /**
     * Writes classes.
     *
     * @param results the tensor of each output, in the model's order
     * @return JSON text in UTF-8
     */
    public byte[] classes(List<Tensor> results) {
        Tensor scores = results.get(only(false).orElseThrow());
        Optional<Tensor> labels = labels().map(results::get);
        return results(json -> {
            for (int row = 0; row < scores.shape().size(0); row++) {
                json.writeStartArray();
                int classes = (int) scores.shape().size(1);
                for (int i = row * classes; i < (row + 1) * classes; i++) {
                    int index = i;
                    json.writeStartArray();
                    json.writeString(
                            labels.map(texts -> texts.texts().get(index)).orElse(""));
                    TENSORS.writeElement(json, scores, index);
                    json.writeEndArray();
                }
                json.writeEndArray();
            }
        });
    }

    /**
     * Writes values.
     *
     * @param results the tensor of each output, in the model's order
     * @return JSON text in UTF-8
     */
    public byte[] values(List<Tensor> results) {
        Tensor values = results.get(0);
        return results(json -> {
            for (int row = 0; row < values.shape().size(0); row++) {
                TENSORS.writeElement(json, values, row);
            }
        });
    }

    private static byte[] results(TensorWriter.Content entries) {
        return TensorWriter.toBytes(json -> {
            json.writeStartObject();
            json.writeFieldName("results");
            json.writeStartArray();
            entries.write(json);
            json.writeEndArray();
            json.writeEndObject();
        });
    }
}
