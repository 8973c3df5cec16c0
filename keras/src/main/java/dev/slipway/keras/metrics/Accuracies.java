package dev.slipway.keras.metrics;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.losses.Ranks;
import dev.slipway.keras.losses.Targets;

/** How often predictions are right. Source: {@code keras.src.metrics.accuracy_metrics} of Keras 3.9. */
final class Accuracies {
    private Accuracies() {}

    /** How many numbers of a row are equal. */
    static Value exact(Ops ops, Value target, Value prediction) {
        Ranks ranks = Targets.aligned(ops, target, prediction);
        return share(ops, ops.equal(ranks.first(), ranks.second()));
    }

    /** How many numbers of a row are on the right side of a threshold. */
    static Value binary(Ops ops, Value target, Value prediction, double threshold) {
        Ranks ranks = Targets.aligned(ops, target, prediction);
        Value found = ranks.second();
        Value decided = ops.cast(ops.greater(found, ops.like(found, threshold)), found.type());
        return share(ops, ops.equal(ranks.first(), decided));
    }

    private static Value share(Ops ops, Value isRight) {
        return ops.reduceMean(ops.cast(isRight, DataType.FLOAT), false, -1);
    }

    static Value categorical(Ops ops, Value target, Value prediction) {
        return ops.equal(largest(ops, target, prediction), ops.argMax(prediction, -1));
    }

    static Value sparse(Ops ops, Value target, Value prediction) {
        return ops.equal(Targets.classes(ops, target, prediction), ops.argMax(prediction, -1));
    }

    static Value topCategorical(Ops ops, Value target, Value prediction, int k) {
        return isAmong(ops, largest(ops, target, prediction), prediction, k);
    }

    static Value topSparse(Ops ops, Value target, Value prediction, int k) {
        return isAmong(ops, Targets.classes(ops, target, prediction), prediction, k);
    }

    private static Value largest(Ops ops, Value target, Value prediction) {
        return ops.argMax(Targets.aligned(ops, target, prediction).first(), -1);
    }

    /** Whether fewer than k classes are predicted with more than the right one; equal ones do not count. */
    private static Value isAmong(Ops ops, Value classes, Value prediction, int k) {
        Value right = ops.gatherElements(prediction, ops.unsqueeze(classes, -1), -1);
        Value better = ops.cast(ops.greater(prediction, right), DataType.FLOAT);
        Value count = ops.reduceSum(better, false, -1);
        return ops.less(count, ops.like(count, k));
    }
}
