package dev.slipway.keras.losses;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;

/** The logarithms of predicted probabilities, as Keras takes them: clipped to {@code [1e-7, 1 - 1e-7]}. */
final class LogProbabilities {
    private static final double EPSILON = 1e-7;

    private LogProbabilities() {}

    /** For targets that are vectors: probabilities are first divided by their sum. */
    static Value normalized(Ops ops, Value prediction, boolean fromLogits) {
        return fromLogits
                ? ops.logSoftmax(prediction, -1)
                : clipped(ops, ops.div(prediction, ops.reduceSum(prediction, true, -1)));
    }

    static Value clipped(Ops ops, Value probabilities) {
        return ops.log(ops.clip(probabilities, EPSILON, 1 - EPSILON));
    }
}
