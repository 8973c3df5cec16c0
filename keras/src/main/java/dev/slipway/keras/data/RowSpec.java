package dev.slipway.keras.data;

import dev.slipway.runtime.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a row consists of. Axis 0 of every shape is the batch, which is not known; the other lengths are.
 *
 * @param inputs one for each input of the model, in its order
 * @param targets one for each output of the model, in its order; none for rows that are only predicted for
 * @param sampleWeights how much rows count: none for all alike, one for all outputs, or one for each output
 */
public record RowSpec(List<TensorSpec> inputs, List<TensorSpec> targets, List<TensorSpec> sampleWeights) {
    /**
     * Copies the lists and checks their number.
     *
     * @param inputs one for each input
     * @param targets one for each output
     * @param sampleWeights none, one, or one for each output
     * @throws IllegalArgumentException if there is no input, or another number of sample weights
     */
    public RowSpec {
        inputs = List.copyOf(inputs);
        targets = List.copyOf(targets);
        sampleWeights = List.copyOf(sampleWeights);
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException("rows: no inputs (expected: at least one tensor)");
        }
        if (sampleWeights.size() > 1 && sampleWeights.size() != targets.size()) {
            throw new IllegalArgumentException("sample weights: " + sampleWeights.size()
                    + " tensors (expected: none, one, or one for each of " + targets.size() + " targets)");
        }
    }

    /**
     * Which of the sample weights are those of an output.
     *
     * @param output the output's place
     * @return the place of its weights; empty if there are none
     */
    public Optional<Integer> weightsOf(int output) {
        return sampleWeights.isEmpty() ? Optional.empty() : Optional.of(sampleWeights.size() == 1 ? 0 : output);
    }

    /**
     * All tensors of a batch, in the order in which {@link RowStream#read} takes them.
     *
     * @return inputs, then targets, then sample weights
     */
    public List<TensorSpec> all() {
        List<TensorSpec> all = new ArrayList<>(inputs);
        all.addAll(targets);
        all.addAll(sampleWeights);
        return all;
    }
}
