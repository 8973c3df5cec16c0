package dev.slipway.keras.constraints;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * Norms of one: {@code w / (ε + norm)} with ε = 1e-7. Source: {@code keras.constraints.UnitNorm}.
 *
 * @param axes what the norm is taken along
 */
record UnitNorm(NormAxes axes) implements Constraint {
    static UnitNorm read(Config config) {
        return new UnitNorm(NormAxes.read(config));
    }

    @Override
    public String className() {
        return "UnitNorm";
    }

    @Override
    public ObjectNode config() {
        ObjectNode config = Config.json();
        axes.write(config);
        return config;
    }

    @Override
    public Value project(Ops ops, Value weight) {
        return ops.div(weight, NormAxes.divisor(ops, axes.norms(ops, weight)));
    }
}
