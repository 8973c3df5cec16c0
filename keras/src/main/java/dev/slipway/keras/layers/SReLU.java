package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.initializers.Initializer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code x} between two thresholds, straight lines of other slopes beyond them, all four learned; keeps the shape.
 *
 * <pre>
 * r = t_left + |t_right|
 * t_left + min(max(x − t_left, 0), r − t_left) − a_left · max(t_left − x, 0) + a_right · max(x − r, 0)
 * </pre>
 *
 * <p>Differs from Keras 1 where weights begin anew by {@code glorot_uniform}: Keras 1 took the root of the number of weights for
 * the number that goes in and out, later ones that number itself.
 *
 * <p>Source: {@code keras.layers.advanced_activations.SReLU} of Keras 1.2; X. Jin et al., "Deep Learning with S-shaped
 * Rectified Linear Activation Units", 2015.
 */
final class SReLU extends OldElementwise {
    /** What a weight's name ends in where the configuration says how it begins. */
    private static final String BEGINNING = "_init";

    private static final Map<String, String> USUAL = new LinkedHashMap<>();

    static {
        USUAL.put("t_left", "zeros");
        USUAL.put("a_left", "glorot_uniform");
        USUAL.put("t_right", "glorot_uniform");
        USUAL.put("a_right", "ones");
    }

    private SReLU(String name, Config config) {
        super("SReLU", name, config, initializers(config));
        config.ignore("weights");
    }

    private static Map<String, Initializer> initializers(Config config) {
        Map<String, Initializer> initializers = new LinkedHashMap<>();
        USUAL.forEach((weight, usual) ->
                initializers.put(weight, LayerConfig.initializer(config, weight + BEGINNING, usual)));
        return initializers;
    }

    static SReLU read(String name, Config config) {
        return new SReLU(name, config);
    }

    @Override
    public void writeConfig(ObjectNode config) {
        super.writeConfig(config);
        USUAL.keySet().forEach(weight -> LayerConfig.write(config, weight + BEGINNING, initializer(weight)));
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.floatingInput();
        Value left = call.weight("t_left");
        Value width = ops.abs(call.weight("t_right"));
        Value inside = ops.min(ops.relu(ops.sub(x, left)), width);
        Value below = ops.mul(call.weight("a_left"), ops.relu(ops.sub(left, x)));
        Value above = ops.mul(call.weight("a_right"), ops.relu(ops.sub(x, ops.add(left, width))));
        return List.of(ops.add(ops.sub(ops.add(left, inside), below), above));
    }
}
