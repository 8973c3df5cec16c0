package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.Keras2Masks;
import dev.slipway.keras.initializers.Initializer;
import dev.slipway.keras.initializers.Initializers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code alpha · log(1 + exp(beta · x))}, alpha and beta learned; keeps the shape.
 *
 * <p>Source: {@code keras.layers.advanced_activations.ParametricSoftplus} of Keras 1.2.
 */
final class ParametricSoftplus extends OldElementwise {
    private final double alpha;
    private final double beta;
    private final boolean isMasked;

    private ParametricSoftplus(String name, Config config, double alpha, double beta) {
        super("ParametricSoftplus", name, config, initializers(alpha, beta));
        this.alpha = alpha;
        this.beta = beta;
        this.isMasked = Keras2Masks.isIn(config);
        config.ignore("weights");
    }

    private static Map<String, Initializer> initializers(double alpha, double beta) {
        Map<String, Initializer> initializers = new LinkedHashMap<>();
        initializers.put("alphas", Initializers.constant(alpha));
        initializers.put("betas", Initializers.constant(beta));
        return initializers;
    }

    static ParametricSoftplus read(String name, Config config) {
        // The reader of Keras 1's files takes beta for the weight of a normalization.
        double beta = config.number("beta_init", config.number("beta_initializer", 5));
        return new ParametricSoftplus(name, config, config.number("alpha_init", 0.2), beta);
    }

    @Override
    public void writeConfig(ObjectNode config) {
        super.writeConfig(config);
        config.put("alpha_init", alpha).put("beta_init", beta);
        if (isMasked) {
            config.put(Keras2Masks.KEY, true);
        }
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value scaled = ops.mul(call.weight("betas"), call.floatingInput());
        return List.of(ops.mul(ops.softplus(scaled), call.weight("alphas")));
    }
}
