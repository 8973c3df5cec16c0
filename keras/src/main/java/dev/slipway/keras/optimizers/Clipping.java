package dev.slipway.keras.optimizers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * A limit to gradients, of at most one kind.
 *
 * <p>Source: {@code clipnorm}, {@code global_clipnorm}, {@code clipvalue} of {@code keras.optimizers.Optimizer}.
 *
 * @param norm the greatest norm of one weight's gradient
 * @param globalNorm the greatest norm of all gradients together
 * @param value the greatest magnitude of a gradient's number
 */
public record Clipping(OptionalDouble norm, OptionalDouble globalNorm, OptionalDouble value) {
    static final Clipping NONE = new Clipping(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());

    static Clipping read(Config config) {
        Clipping clipping = new Clipping(
                OptimizerOptions.number(config, "clipnorm"),
                OptimizerOptions.number(config, "global_clipnorm"),
                OptimizerOptions.number(config, "clipvalue"));
        long kinds = Stream.of(clipping.norm, clipping.globalNorm, clipping.value)
                .filter(OptionalDouble::isPresent)
                .count();
        if (kinds > 1) {
            throw new ConfigException(config.subject() + ": clipnorm, global_clipnorm and clipvalue: " + kinds
                    + " of them (expected: at most one)");
        }
        return clipping;
    }

    void write(ObjectNode config) {
        OptimizerOptions.put(config, "clipnorm", norm);
        OptimizerOptions.put(config, "global_clipnorm", globalNorm);
        OptimizerOptions.put(config, "clipvalue", value);
    }

    /** The gradients within the limit; a limit of zero or less is none. */
    List<Value> apply(Ops ops, List<Value> gradients) {
        if (norm.orElse(0) > 0) {
            return gradients.stream()
                    .map(gradient -> clipped(ops, gradient, norm.getAsDouble()))
                    .toList();
        }
        if (globalNorm.orElse(0) > 0 && !gradients.isEmpty()) {
            Value scale = scale(ops, gradients, globalNorm.getAsDouble());
            return gradients.stream().map(gradient -> ops.mul(gradient, scale)).toList();
        }
        if (value.orElse(0) > 0) {
            double limit = value.getAsDouble();
            return gradients.stream()
                    .map(gradient -> ops.clip(gradient, -limit, limit))
                    .toList();
        }
        return gradients;
    }

    /** {@code g · limit / max(norm, limit)}. */
    private static Value clipped(Ops ops, Value gradient, double limit) {
        Value most = ops.like(gradient, limit);
        return ops.div(ops.mul(gradient, most), ops.max(ops.sqrt(squares(ops, gradient)), most));
    }

    /** {@code limit · min(1 / norm, 1 / limit)}, NaN if the norm is not finite. */
    private static Value scale(Ops ops, List<Value> gradients, double limit) {
        Value norm = ops.sqrt(gradients.stream()
                .map(gradient -> squares(ops, gradient))
                .reduce(ops::add)
                .orElseThrow());
        Value least = ops.min(ops.div(ops.like(norm, 1), norm), ops.like(norm, 1 / limit));
        return ops.add(ops.mul(ops.like(norm, limit), least), ops.sub(norm, norm));
    }

    private static Value squares(Ops ops, Value gradient) {
        return ops.reduceSum(ops.mul(gradient, gradient), false);
    }
}
