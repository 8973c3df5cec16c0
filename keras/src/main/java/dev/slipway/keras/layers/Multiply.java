package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The elementwise product of tensors, broadcast.
 *
 * <p>Source: {@code keras.layers.Multiply}.
 */
public final class Multiply extends Merge {
    private Multiply(String name, boolean trainable, boolean hasMasksOfKeras2) {
        super(name, trainable, hasMasksOfKeras2);
    }

    /**
     * The layer.
     *
     * @return a layer to be applied to one or more tensors
     */
    public static Multiply of() {
        return new Multiply("", true, false);
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

    /** A factor left out by its mask is 1; where all have masks and none counts, the product is 0. */
    @Override
    Value mergeMasked(Ops ops, List<Value> inputs, List<Optional<Value>> masks) {
        List<Value> factors = new ArrayList<>();
        Optional<Value> counts = masks.get(0);
        for (int i = 0; i < inputs.size(); i++) {
            Value x = inputs.get(i);
            Optional<Value> mask = masks.get(i);
            factors.add(mask.map(m -> ops.where(m, x, ops.like(x, 1))).orElse(x));
            counts = counts.flatMap(all -> mask.map(more -> ops.or(all, more)));
        }
        Value product = merge(ops, factors);
        return counts.map(any -> ops.where(any, product, ops.like(product, 0))).orElse(product);
    }
}
