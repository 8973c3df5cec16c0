package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * {@code x} between two thresholds, straight lines of other slopes beyond them, all four learned; keeps the shape.
 *
 * <pre>
 * r = t_left + |t_right|
 * t_left + min(max(x − t_left, 0), r − t_left) − a_left · max(t_left − x, 0) + a_right · max(x − r, 0)
 * </pre>
 *
 * <p>Source: {@code keras.layers.advanced_activations.SReLU} of Keras 1.2; X. Jin et al., "Deep Learning with S-shaped
 * Rectified Linear Activation Units", 2015.
 */
final class SReLU extends OldElementwise {
    private SReLU(String name, Config config) {
        super("SReLU", name, config, List.of("t_left", "a_left", "t_right", "a_right"));
        config.ignore("t_left_init", "a_left_init", "t_right_init", "a_right_init", "weights");
    }

    static SReLU read(String name, Config config) {
        return new SReLU(name, config);
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
