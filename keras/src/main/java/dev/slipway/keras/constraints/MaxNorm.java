package dev.slipway.keras.constraints;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * Norms of at most a number: {@code w · (clip(norm, 0, max) / (ε + norm))} with ε = 1e-7.
 *
 * <p>Source: {@code keras.constraints.MaxNorm}.
 *
 * @param maxValue the greatest norm
 * @param axes what the norm is taken along
 */
record MaxNorm(double maxValue, NormAxes axes) implements Constraint {
    static MaxNorm read(Config config) {
        return new MaxNorm(config.number("max_value", 2), NormAxes.read(config));
    }

    @Override
    public String className() {
        return "MaxNorm";
    }

    @Override
    public ObjectNode config() {
        ObjectNode config = Config.json().put("max_value", maxValue);
        axes.write(config);
        return config;
    }

    @Override
    public Value project(Ops ops, Value weight) {
        Value norms = axes.norms(ops, weight);
        return ops.mul(weight, ops.div(ops.clip(norms, 0, maxValue), NormAxes.divisor(ops, norms)));
    }
}
