package dev.slipway.keras.trainers;

import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rows to learn from or to be judged by.
 *
 * @param inputs a tensor for each input of the model, in its order
 * @param targets a tensor for each output of the model, in its order
 * @param sampleWeights how much rows count, {@code [batch]}, or time steps, {@code [batch, time]}: none for all alike, one
 *     tensor for all outputs, or one for each output
 */
public record Dataset(List<Tensor> inputs, List<Tensor> targets, List<Tensor> sampleWeights) {
    /**
     * Checks that all tensors have as many rows.
     *
     * @param inputs a tensor for each input
     * @param targets a tensor for each output
     * @param sampleWeights none, one, or one for each output
     * @throws IllegalArgumentException if there are no rows, not the same number everywhere, or another number of weights
     */
    public Dataset {
        inputs = List.copyOf(inputs);
        targets = List.copyOf(targets);
        sampleWeights = List.copyOf(sampleWeights);
        List<Tensor> all = new ArrayList<>(inputs);
        all.addAll(targets);
        all.addAll(sampleWeights);
        for (Tensor tensor : all) {
            if (tensor.shape().rank() == 0 || tensor.shape().size(0) == 0) {
                throw new IllegalArgumentException("data of shape " + tensor.shape() + " (expected: at least one row)");
            }
            if (tensor.shape().size(0) != all.get(0).shape().size(0)) {
                throw new IllegalArgumentException("data: " + tensor.shape().size(0) + " rows (expected: "
                        + all.get(0).shape().size(0) + ", as in the first input)");
            }
        }
        if (sampleWeights.size() > 1 && sampleWeights.size() != targets.size()) {
            throw new IllegalArgumentException("sample weights: " + sampleWeights.size()
                    + " tensors (expected: none, one, or one for each of " + targets.size() + " targets)");
        }
    }

    /**
     * Rows that all count alike.
     *
     * @param inputs a tensor for each input
     * @param targets a tensor for each output
     * @throws IllegalArgumentException if there are no rows, or not the same number everywhere
     */
    public Dataset(List<Tensor> inputs, List<Tensor> targets) {
        this(inputs, targets, List.of());
    }

    /**
     * These rows with other weights.
     *
     * @param changed none, one for all outputs, or one for each output
     * @return the changed data
     * @throws IllegalArgumentException if they have another number of rows
     */
    public Dataset withSampleWeights(Tensor... changed) {
        return new Dataset(inputs, targets, List.of(changed));
    }

    /**
     * Which of {@link #sampleWeights} are those of an output.
     *
     * @param output the output's place
     * @return the place of its weights; empty if there are none
     */
    Optional<Integer> weightsOf(int output) {
        return sampleWeights.isEmpty() ? Optional.empty() : Optional.of(sampleWeights.size() == 1 ? 0 : output);
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
        return new Dataset(rows(inputs, from, to), rows(targets, from, to), rows(sampleWeights, from, to));
    }

    private static List<Tensor> rows(List<Tensor> tensors, int from, int to) {
        return tensors.stream().map(t -> t.rows(from, to)).toList();
    }
}
