package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * The largest of tensors in each place, broadcast.
 *
 * <p>Source: {@code keras.layers.Maximum}.
 */
public final class Maximum extends Merge {
    private Maximum(String name, boolean trainable) {
        super(name, trainable);
    }

    /**
     * The layer.
     *
     * @return a layer to be applied to one or more tensors
     */
    public static Maximum of() {
        return new Maximum("", true);
    }

    static Maximum read(String name, Config config) {
        return Merge.read(name, config, Maximum::new);
    }

    @Override
    public String className() {
        return "Maximum";
    }

    @Override
    Value merge(Ops ops, List<Value> inputs) {
        return inputs.stream().reduce(ops::max).orElseThrow();
    }
}
