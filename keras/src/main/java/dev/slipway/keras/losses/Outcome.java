package dev.slipway.keras.losses;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import java.util.Optional;

/**
 * What came out of an output in a batch, and what should have: all that a loss or a metric is told.
 *
 * @param target what should come out
 * @param prediction what came out
 * @param sampleWeight how much rows {@code [batch]} or time steps {@code [batch, time]} count; empty for all alike
 * @param mask which time steps of the prediction count, truth values {@code [batch, time]}; empty for all
 */
public record Outcome(Value target, Value prediction, Optional<Value> sampleWeight, Optional<Value> mask) {
    /**
     * An outcome whose rows all count alike.
     *
     * @param target what should come out
     * @param prediction what came out
     * @return the outcome
     */
    public static Outcome of(Value target, Value prediction) {
        return new Outcome(target, prediction, Optional.empty(), Optional.empty());
    }

    /**
     * This outcome without weights, as metrics see it that are not weighted.
     *
     * @return target, prediction and mask
     */
    public Outcome unweighted() {
        return new Outcome(target, prediction, Optional.empty(), mask);
    }

    /**
     * This outcome with a mask that is part of the weights.
     *
     * @param ops the operators
     * @return target, prediction and {@link #maskedWeight}
     */
    public Outcome withMaskAsWeight(Ops ops) {
        return new Outcome(target, prediction, maskedWeight(ops), Optional.empty());
    }

    /**
     * The weights, with 0 where the mask says that nothing counts.
     *
     * @param ops the operators
     * @return weights of {@code FLOAT}; empty if all counts alike
     */
    public Optional<Value> maskedWeight(Ops ops) {
        Optional<Value> weight = sampleWeight.map(w -> ops.cast(w, DataType.FLOAT));
        return mask.map(m -> ops.cast(m, DataType.FLOAT))
                .map(m -> weight.map(w -> SampleWeights.product(ops, m, w)).orElse(m))
                .or(() -> weight);
    }
}
