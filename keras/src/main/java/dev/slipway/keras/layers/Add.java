package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * The sum of tensors, broadcast.
 *
 * <p>Source: {@code keras.layers.Add}.
 */
public final class Add extends Merge {
    private Add(String name, boolean trainable, boolean hasMasksOfKeras2) {
        super(name, trainable, hasMasksOfKeras2);
    }

    /**
     * The layer.
     *
     * @return a layer to be applied to one or more tensors
     */
    public static Add of() {
        return new Add("", true, false);
    }

    static Add read(String name, Config config) {
        return Merge.read(name, config, Add::new);
    }

    @Override
    public String className() {
        return "Add";
    }

    @Override
    Value merge(Ops ops, List<Value> inputs) {
        return inputs.stream().reduce(ops::add).orElseThrow();
    }
}
