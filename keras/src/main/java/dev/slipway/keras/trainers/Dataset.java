package dev.slipway.keras.trainers;

import dev.slipway.graph.Dimension;
import dev.slipway.keras.data.RowPlaces;
import dev.slipway.keras.data.RowSource;
import dev.slipway.keras.data.RowSpec;
import dev.slipway.keras.data.RowStream;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Rows to learn from or to be judged by, all in memory.
 *
 * @param inputs a tensor for each input of the model, in its order
 * @param targets a tensor for each output of the model, in its order
 * @param sampleWeights how much rows count, {@code [batch]}, or time steps, {@code [batch, time]}: none for all alike, one
 *     tensor for all outputs, or one for each output
 * @param places where the rows stand, for messages
 */
public record Dataset(List<Tensor> inputs, List<Tensor> targets, List<Tensor> sampleWeights, RowPlaces places)
        implements RowSource {
    /**
     * Checks that all tensors have as many rows.
     *
     * @param inputs a tensor for each input
     * @param targets a tensor for each output
     * @param sampleWeights none, one, or one for each output
     * @param places where the rows stand
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
     * Rows of no file.
     *
     * @param inputs a tensor for each input
     * @param targets a tensor for each output
     * @param sampleWeights none, one, or one for each output
     * @throws IllegalArgumentException if there are no rows, not the same number everywhere, or another number of weights
     */
    public Dataset(List<Tensor> inputs, List<Tensor> targets, List<Tensor> sampleWeights) {
        this(inputs, targets, sampleWeights, RowPlaces.NONE);
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
        return new Dataset(inputs, targets, List.of(changed), places);
    }

    /**
     * These rows, as they stand in a file.
     *
     * @param changed where
     * @return the same data with places
     */
    public Dataset withPlaces(RowPlaces changed) {
        return new Dataset(inputs, targets, sampleWeights, changed);
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
                rows(inputs, from, to), rows(targets, from, to), rows(sampleWeights, from, to), places.from(from));
    }

    /**
     * All tensors.
     *
     * @return inputs, then targets, then sample weights
     */
    List<Tensor> tensors() {
        List<Tensor> all = new ArrayList<>(inputs);
        all.addAll(targets);
        all.addAll(sampleWeights);
        return all;
    }

    @Override
    public RowSpec spec() {
        return new RowSpec(specs("x:", inputs), specs("y:", targets), specs("weight:", sampleWeights));
    }

    private static List<TensorSpec> specs(String prefix, List<Tensor> tensors) {
        Dimension batch = Dimension.symbol(InputLayer.BATCH);
        List<TensorSpec> specs = new ArrayList<>();
        for (Tensor tensor : tensors) {
            specs.add(new TensorSpec(
                    prefix + specs.size(), tensor.type(), tensor.shape().with(0, batch)));
        }
        return specs;
    }

    @Override
    public OptionalLong count() {
        return OptionalLong.of(rows());
    }

    /** The rows in their order. */
    @Override
    public RowStream open(long pass) {
        return new ArrayStream(this, RowOrder.given(rows()));
    }

    /**
     * The same rows, in another order in every pass.
     *
     * @param seed what the orders are drawn from
     * @return rows that share this data's memory
     */
    public RowSource shuffled(long seed) {
        return new ShuffledArrays(this, seed);
    }

    private static List<Tensor> rows(List<Tensor> tensors, int from, int to) {
        return tensors.stream().map(t -> t.rows(from, to)).toList();
    }
}
