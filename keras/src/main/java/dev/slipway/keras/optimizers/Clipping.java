package dev.slipway.keras.optimizers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import java.util.List;

/** Limits to gradients: {@code keras.optimizers.Optimizer}'s {@code clipnorm}, {@code global_clipnorm}, {@code clipvalue}. */
final class Clipping {
    private Clipping() {}

    static List<Value> apply(Ops ops, OptimizerOptions options, List<Value> gradients) {
        if (options.clipNorm() > 0) {
            return gradients.stream()
                    .map(g -> scaled(ops, g, ops.sqrt(squares(ops, g)), options.clipNorm()))
                    .toList();
        }
        if (options.globalClipNorm() > 0 && !gradients.isEmpty()) {
            Value norm = ops.sqrt(gradients.stream()
                    .map(g -> squares(ops, g))
                    .reduce(ops::add)
                    .orElseThrow());
            return gradients.stream()
                    .map(g -> scaled(ops, g, norm, options.globalClipNorm()))
                    .toList();
        }
        if (options.clipValue() > 0) {
            return gradients.stream()
                    .map(g -> ops.clip(g, -options.clipValue(), options.clipValue()))
                    .toList();
        }
        return gradients;
    }

    private static Value squares(Ops ops, Value gradient) {
        return ops.reduceSum(ops.mul(gradient, gradient), false);
    }

    /** {@code g · limit / max(norm, limit)}. */
    private static Value scaled(Ops ops, Value gradient, Value norm, double limit) {
        Value most = ops.like(gradient, limit);
        return ops.mul(gradient, ops.div(most, ops.max(norm, most)));
    }
}
