package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * The elementwise product of tensors, broadcast.
 *
 * <p>Source: {@code keras.layers.Multiply}.
 */
public final class Multiply extends Merge {
    private Multiply(String name, boolean trainable) {
        super(name, trainable);
    }

    /**
     * The layer.
     *
     * @return a layer to be applied to one or more tensors
     */
    public static Multiply of() {
        return new Multiply("", true);
    }

    static Multiply read(String name, Config config) {
        return Merge.read(name, config, Multiply::new);
    }

    @Override
    public String className() {
        return "Multiply";
    }

    @Override
    Value merge(Ops ops, List<Value> inputs) {
        return inputs.stream().reduce(ops::mul).orElseThrow();
    }
}
