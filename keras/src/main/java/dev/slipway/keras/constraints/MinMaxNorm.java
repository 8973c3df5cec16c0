package dev.slipway.keras.constraints;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * Norms drawn into a range: {@code w · (rate · clip(norm, min, max) + (1 - rate) · norm) / (ε + norm)} with ε = 1e-7.
 *
 * <p>Source: {@code keras.constraints.MinMaxNorm}.
 *
 * @param minValue the least norm
 * @param maxValue the greatest norm
 * @param rate how far a norm is drawn each time, 1 for all the way
 * @param axes what the norm is taken along
 */
record MinMaxNorm(double minValue, double maxValue, double rate, NormAxes axes) implements Constraint {
    static MinMaxNorm read(Config config) {
        return new MinMaxNorm(
                config.number("min_value", 0),
                config.number("max_value", 1),
                config.number("rate", 1),
                NormAxes.read(config));
    }

    @Override
    public String className() {
        return "MinMaxNorm";
    }

    @Override
    public ObjectNode config() {
        ObjectNode config = Config.json()
                .put("min_value", minValue)
                .put("max_value", maxValue)
                .put("rate", rate);
        axes.write(config);
        return config;
    }

    @Override
    public Value project(Ops ops, Value weight) {
        Value norms = axes.norms(ops, weight);
        Value drawn = ops.mul(ops.like(norms, rate), ops.clip(norms, minValue, maxValue));
        Value desired = ops.add(drawn, ops.mul(ops.like(norms, 1 - rate), norms));
        return ops.mul(weight, ops.div(desired, NormAxes.divisor(ops, norms)));
    }
}
