package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * {@code alpha · log(1 + exp(beta · x))}, alpha and beta learned; keeps the shape.
 *
 * <p>Source: {@code keras.layers.advanced_activations.ParametricSoftplus} of Keras 1.2.
 */
final class ParametricSoftplus extends OldElementwise {
    private ParametricSoftplus(String name, Config config) {
        super("ParametricSoftplus", name, config, List.of("alphas", "betas"));
        config.ignore("alpha_init", "beta_init", "beta_initializer", "weights");
    }

    static ParametricSoftplus read(String name, Config config) {
        return new ParametricSoftplus(name, config);
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value scaled = ops.mul(call.weight("betas"), call.floatingInput());
        return List.of(ops.mul(ops.softplus(scaled), call.weight("alphas")));
    }
}
