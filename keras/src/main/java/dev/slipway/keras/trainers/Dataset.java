package dev.slipway.keras.trainers;

import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows to learn from or to be judged by.
 *
 * @param inputs a tensor for each input of the model, in its order
 * @param targets a tensor for each output of the model, in its order
 */
public record Dataset(List<Tensor> inputs, List<Tensor> targets) {
    /**
     * Checks that all tensors have as many rows.
     *
     * @param inputs a tensor for each input
     * @param targets a tensor for each output
     * @throws IllegalArgumentException if there are no rows, or not the same number everywhere
     */
    public Dataset {
        inputs = List.copyOf(inputs);
        targets = List.copyOf(targets);
        List<Tensor> all = new ArrayList<>(inputs);
        all.addAll(targets);
        for (Tensor tensor : all) {
            if (tensor.shape().rank() == 0 || tensor.shape().size(0) == 0) {
                throw new IllegalArgumentException("data of shape " + tensor.shape() + " (expected: at least one row)");
            }
            if (tensor.shape().size(0) != all.get(0).shape().size(0)) {
                throw new IllegalArgumentException("data: " + tensor.shape().size(0) + " rows (expected: "
                        + all.get(0).shape().size(0) + ", as in the first input)");
            }
        }
    }

    /**
     * The number of rows.
     *
     * @return at least 1
     */
    public int rows() {
        return (int) inputs.get(0).shape().size(0);
    }

    /**
     * Some consecutive rows.
     *
     * @param from the first
     * @param to one past the last
     * @return rows that share this data's memory
     */
    public Dataset rows(int from, int to) {
        return new Dataset(
                inputs.stream().map(t -> t.rows(from, to)).toList(),
                targets.stream().map(t -> t.rows(from, to)).toList());
    }
}
