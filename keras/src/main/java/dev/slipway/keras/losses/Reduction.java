package dev.slipway.keras.losses;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import java.util.Locale;
import java.util.Optional;

/** How the losses of rows become one number. Source: {@code keras.losses.Loss}, argument {@code reduction}. */
public enum Reduction {
    /** The sum over the number of values. */
    SUM_OVER_BATCH_SIZE,
    /** The same. */
    MEAN,
    /** The sum. */
    SUM,
    /** The sum over the sum of the weights. */
    MEAN_WITH_SAMPLE_WEIGHT,
    /** No reduction: a step follows the gradient of the sum, and the mean is shown, as in Keras on TensorFlow. */
    NONE;

    /**
     * The name in a configuration.
     *
     * @return Keras's name, such as {@code sum_over_batch_size}
     */
    public String kerasName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a mask's zeros make the others count more, so that the mean is one of those that count. */
    boolean isOverCount() {
        return this == SUM_OVER_BATCH_SIZE || this == MEAN;
    }

    /** A scalar; the values themselves for {@link #NONE}. */
    Value of(Ops ops, Value values, Optional<Value> weights) {
        return switch (this) {
            case SUM_OVER_BATCH_SIZE, MEAN -> ops.reduceMean(values, false);
            case SUM -> ops.reduceSum(values, false);
            case MEAN_WITH_SAMPLE_WEIGHT ->
                weights.map(w -> Quotient.orZero(ops, ops.reduceSum(values, false), ops.reduceSum(w, false)))
                        .orElseGet(() -> ops.reduceMean(values, false));
            case NONE -> values;
        };
    }
}
