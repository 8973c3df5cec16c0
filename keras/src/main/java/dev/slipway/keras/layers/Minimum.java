package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;
import java.util.Optional;

/**
 * The smallest of tensors in each place, broadcast; what a mask leaves out does not take part.
 *
 * <p>Source: {@code keras.layers.Minimum}.
 */
public final class Minimum extends Merge {
    private Minimum(String name, boolean trainable, boolean hasMasksOfKeras2) {
        super(name, trainable, hasMasksOfKeras2);
    }

    /**
     * The layer.
     *
     * @return a layer to be applied to one or more tensors
     */
    public static Minimum of() {
        return new Minimum("", true, false);
    }

    static Minimum read(String name, Config config) {
        return Merge.read(name, config, Minimum::new);
    }

    @Override
    public String className() {
        return "Minimum";
    }

    @Override
    Value merge(Ops ops, List<Value> inputs) {
        return inputs.stream().reduce(ops::min).orElseThrow();
    }

    @Override
    Value mergeMasked(Ops ops, List<Value> inputs, List<Optional<Value>> masks) {
        return extreme(ops, ops::min, inputs, masks);
    }
}
