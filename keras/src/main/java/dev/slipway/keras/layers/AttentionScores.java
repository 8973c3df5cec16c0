package dev.slipway.keras.layers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import java.util.Optional;

/** What attention layers share: which places may be attended to, and scores made to weights that sum to one. */
final class AttentionScores {
    /** Small enough for a weight of zero; a row without any place gets equal weights, as in Keras. */
    private static final double MASKED = -1e9;

    /** Half precision ends at 65504. */
    private static final double MASKED_HALF = -3e4;

    private AttentionScores() {}

    /** What is added where a mask says that a number does not count. */
    static double leftOut(DataType type) {
        return type == DataType.FLOAT16 ? MASKED_HALF : MASKED;
    }

    /** Truth values {@code [1, queries, values]}: place i attends to places up to i. */
    static Value causalMask(Ops ops, Value query, Value value) {
        Value rows = ops.unsqueeze(places(ops, query), 1);
        Value columns = ops.unsqueeze(places(ops, value), 0);
        return ops.unsqueeze(ops.greaterOrEqual(rows, columns), 0);
    }

    /** Truth values {@code [1, queries, values]}: place i attends to places less than {@code window} away from it. */
    static Value windowMask(Ops ops, Value query, Value value, int window) {
        Value rows = ops.unsqueeze(places(ops, query), 1);
        Value columns = ops.unsqueeze(places(ops, value), 0);
        Value distance = ops.abs(ops.sub(rows, columns));
        return ops.unsqueeze(ops.less(distance, ops.like(distance, window)), 0);
    }

    /** 0, 1, … along axis 1. */
    private static Value places(Ops ops, Value x) {
        Dimension length = x.shape().dimension(1);
        Value end = length.isKnown()
                ? ops.constant(DataType.INT64, (double) length.size())
                : ops.squeeze(ops.slice(ops.shape(x), 0, 1, 2), 0);
        return ops.range(ops.constant(DataType.INT64, 0.0), end, length);
    }

    static Optional<Value> both(Ops ops, Optional<Value> a, Optional<Value> b) {
        return a.isPresent() && b.isPresent() ? Optional.of(ops.and(a.get(), b.get())) : a.or(() -> b);
    }

    /** The softmax over the last axes, of the scores that the mask leaves. */
    static Value softmax(Ops ops, Value scores, Optional<Value> mask, int axes) {
        Value kept = mask.map(m -> ops.where(m, scores, ops.like(scores, leftOut(scores.type()))))
                .orElse(scores);
        if (axes == 1) {
            return ops.softmax(kept, -1);
        }
        int[] last = new int[axes];
        for (int i = 0; i < axes; i++) {
            last[i] = -1 - i;
        }
        Value powers = ops.exp(ops.sub(kept, ops.reduceMax(kept, true, last)));
        return ops.div(powers, ops.reduceSum(powers, true, last));
    }
}
