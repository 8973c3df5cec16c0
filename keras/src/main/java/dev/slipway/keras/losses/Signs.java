package dev.slipway.keras.losses;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;

/** Targets -1 and 1. Source: {@code keras.src.losses.losses.convert_binary_labels_to_hinge} of Keras 3.9. */
final class Signs {
    private Signs() {}

    /** {@code max(1 - target · prediction, 0)}; if all targets of the batch are 0 or 1, 0 stands for -1. */
    static Value shortfall(Ops ops, Value target, Value prediction) {
        Value one = ops.like(target, 1);
        Value zero = ops.like(target, 0);
        Value isBinary = ops.or(ops.equal(target, zero), ops.equal(target, one));
        Value all = ops.cast(ops.reduceMin(ops.cast(isBinary, DataType.FLOAT), false), DataType.BOOL);
        Value signs = ops.where(all, ops.sub(ops.mul(target, ops.like(target, 2)), one), target);
        return ops.max(ops.sub(one, ops.mul(signs, prediction)), zero);
    }
}
