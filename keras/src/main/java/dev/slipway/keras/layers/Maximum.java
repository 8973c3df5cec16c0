package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;
import java.util.Optional;

/**
 * The largest of tensors in each place, broadcast; what a mask leaves out does not take part.
 *
 * <p>Source: {@code keras.layers.Maximum}.
 */
public final class Maximum extends Merge {
    private Maximum(String name, boolean trainable, boolean hasMasksOfKeras2) {
        super(name, trainable, hasMasksOfKeras2);
    }

    /**
     * The layer.
     *
     * @return a layer to be applied to one or more tensors
     */
    public static Maximum of() {
        return new Maximum("", true, false);
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

    @Override
    Value mergeMasked(Ops ops, List<Value> inputs, List<Optional<Value>> masks) {
        return extreme(ops, ops::max, inputs, masks);
    }
}
