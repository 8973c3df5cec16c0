package dev.slipway.keras.trainers;

import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.data.RowSource;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.layers.WeightSpec;
import dev.slipway.runtime.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What layers carry from batch to batch, such as the states of stateful recurrent layers. Each row of a batch goes on where
 * the same row of the batch before stopped, so that all batches have the size that the model's inputs say.
 *
 * <p>Source: {@code keras.layers.RNN} of Keras 3.9, argument {@code stateful}: states begin with zeros, pass from training to
 * evaluation and from epoch to epoch, and go back to zeros by {@code reset_state} only.
 *
 * @param states the variables
 * @param batch the rows of a batch: a symbol if nothing is carried
 */
public record Carried(List<Weight> states, Dimension batch) {
    /**
     * What the layers of a network carry.
     *
     * @param network the network
     * @param inputs the shape of each of its inputs
     * @param batch the rows that its inputs always have; a symbol if there may be any number of them, which is refused when
     *     it comes to a step, if something is carried
     * @return the variables
     */
    public static Carried of(Layer network, List<Shape> inputs, Dimension batch) {
        List<Weight> found = batch.isKnown() ? Weight.carried("", network, inputs) : List.of();
        return new Carried(
                found.stream().map(state -> sized(state, batch)).toList(),
                found.isEmpty() ? Dimension.symbol(InputLayer.BATCH) : batch);
    }

    /** Every model that is applied to a batch is applied to one of this size. */
    private static Weight sized(Weight state, Dimension batch) {
        WeightSpec spec = state.spec();
        return new Weight(state.path(), spec.with(spec.shape().with(0, batch)), false);
    }

    /**
     * Variables that begin anew.
     *
     * @return zeros by path
     */
    public Map<String, Tensor> zeros() {
        Map<String, Tensor> zeros = new LinkedHashMap<>();
        states.forEach(state -> zeros.put(
                state.path(), Tensor.zeros(state.spec().type(), state.spec().shape())));
        return zeros;
    }

    /** Refuses rows that do not make whole batches, before any work as far as their number is known. */
    void requireWholeBatches(RowSource rows, int batchSize, OptionalInt steps) {
        long count = rows.count().orElse(batchSize);
        requireBatch((int) Math.min(batchSize, count));
        if (batch.isKnown() && steps.isEmpty() && count % batch.size() != 0) {
            throw refused(count + " rows", "a multiple of " + batch.size());
        }
    }

    /** Refuses a batch of another size. */
    void requireBatch(int rows) {
        if (batch.isKnown() && !batch.is(rows)) {
            throw refused("a batch of " + rows + " rows", batch.size() + " rows in every batch");
        }
    }

    private IllegalArgumentException refused(String found, String expected) {
        return new IllegalArgumentException("data: " + found + " (expected: " + expected + ", as '"
                + states.get(0).path()
                + "' is carried from batch to batch); set batch_size, leave rows out, or build the"
                + " model for another batch size");
    }
}
