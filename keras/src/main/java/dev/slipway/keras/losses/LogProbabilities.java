package dev.slipway.keras.losses;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;

/** The logarithms of predicted probabilities, as Keras takes them: clipped to {@code [1e-7, 1 - 1e-7]}. */
final class LogProbabilities {
    private LogProbabilities() {}

    /** Of vectors along an axis: probabilities are first divided by their sum. */
    static Value of(Ops ops, Value prediction, boolean fromLogits, int axis) {
        return fromLogits ? ops.logSoftmax(prediction, axis) : ops.log(clipped(ops, normalized(ops, prediction, axis)));
    }

    static Value normalized(Ops ops, Value probabilities, int axis) {
        return ops.div(probabilities, ops.reduceSum(probabilities, true, axis));
    }

    static Value clipped(Ops ops, Value probabilities) {
        return ops.clip(probabilities, Loss.EPSILON, 1 - Loss.EPSILON);
    }
}
