package dev.slipway.server.json;

import dev.slipway.graph.Shape;
import dev.slipway.runtime.Call;
import java.util.List;

/**
 * What a model is to predict for.
 *
 * @param form how the request was written, and so how its answer is
 * @param shapes the known shape of each input, in the model's order
 * @param contents the elements of each input
 */
public record PredictRequest(Form form, List<Shape> shapes, List<Elements> contents) {
    /** TensorFlow Serving's two ways to write a request. */
    public enum Form {
        /** {@code instances}: a list of rows, answered by {@code predictions}. */
        ROWS,
        /** {@code inputs}: a tensor for each input, answered by {@code outputs}. */
        COLUMNS
    }

    /**
     * How many rows are predicted.
     *
     * @return the length of the first axis of the first input; 1 where there is none
     */
    public long rows() {
        return shapes.isEmpty() || shapes.get(0).rank() == 0 ? 1 : shapes.get(0).size(0);
    }

    /**
     * Writes the inputs of a call.
     *
     * @param call a call of these shapes
     */
    public void feed(Call call) {
        for (int i = 0; i < contents.size(); i++) {
            contents.get(i).writeTo(call.input(i));
        }
    }
}
