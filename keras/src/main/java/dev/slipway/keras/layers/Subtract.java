package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * The first of two tensors less the second, broadcast.
 *
 * <p>Source: {@code keras.layers.Subtract}.
 */
public final class Subtract extends Merge {
    private Subtract(String name, boolean trainable, boolean hasMasksOfKeras2) {
        super(name, trainable, hasMasksOfKeras2);
    }

    /**
     * The layer.
     *
     * @return a layer to be applied to two tensors
     */
    public static Subtract of() {
        return new Subtract("", true, false);
    }

    static Subtract read(String name, Config config) {
        return Merge.read(name, config, Subtract::new);
    }

    @Override
    public String className() {
        return "Subtract";
    }

    @Override
    Value merge(Ops ops, List<Value> inputs) {
        if (inputs.size() != 2) {
            throw new IllegalArgumentException(this + ": " + inputs.size() + " inputs (expected: two)");
        }
        return ops.sub(inputs.get(0), inputs.get(1));
    }
}
