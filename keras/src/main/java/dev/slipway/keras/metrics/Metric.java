package dev.slipway.keras.metrics;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.losses.Outcome;
import dev.slipway.runtime.Tensor;
import java.util.List;

/**
 * A number that says how good predictions are, accumulated over batches. The accumulators begin at zero in every epoch.
 *
 * <p>Source: {@code keras.metrics.Metric} of Keras 3.
 */
public interface Metric {
    /**
     * The name under which the metric is shown.
     *
     * @return the name, such as {@code accuracy}
     */
    String name();

    /**
     * This metric for targets and outputs of given shapes, before anything else is asked of it.
     *
     * @param target the shape of the targets
     * @param prediction the shape of the output
     * @return itself, unless its accumulators depend on them
     * @throws IllegalArgumentException if it cannot judge such outputs
     */
    default Metric fitted(Shape target, Shape prediction) {
        return this;
    }

    /**
     * The accumulators.
     *
     * @return the shape of each, of {@code FLOAT}
     */
    List<Shape> state();

    /**
     * Appends one batch.
     *
     * @param ops the operators
     * @param state the accumulators before
     * @param outcome targets, predictions, and how much they count
     * @return the accumulators after
     */
    List<Value> update(Ops ops, List<Value> state, Outcome outcome);

    /**
     * Whether a mask says which time steps count, where a Keras masks metrics at all.
     *
     * @return true for means of a number for each row
     */
    default boolean isMaskedMean() {
        return false;
    }

    /**
     * What the accumulators stand for.
     *
     * @param state the accumulators
     * @return the metric: one number, or several, such as one for each class
     */
    double[] result(List<Tensor> state);
}
