package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;
import java.util.Optional;

/**
 * The mean of each channel over one axis: {@code [batch, steps, channels]} to {@code [batch, channels]}; with a mask, over
 * the steps that count (NaN if there is none).
 *
 * <p>Source: {@code keras.layers.GlobalAveragePooling1D}.
 */
public final class GlobalAveragePooling1D extends GlobalPooling {
    private GlobalAveragePooling1D(Options options) {
        super("GlobalAveragePooling1D", 1, options);
    }

    /**
     * The layer with Keras's defaults.
     *
     * @return the layer
     */
    public static GlobalAveragePooling1D of() {
        return new GlobalAveragePooling1D(Options.DEFAULT);
    }

    /**
     * The layer.
     *
     * @param dataFormat where the channels are: {@code channels_last} or {@code channels_first}
     * @param keepDims whether the axes that are gone stay, with length 1
     * @return the layer
     */
    public static GlobalAveragePooling1D of(String dataFormat, boolean keepDims) {
        return new GlobalAveragePooling1D(Options.of(dataFormat, keepDims));
    }

    static GlobalAveragePooling1D read(String name, Config config) {
        return new GlobalAveragePooling1D(Options.read(name, config));
    }

    @Override
    public List<String> argumentNames() {
        return List.of("mask");
    }

    @Override
    Value pool(LayerCall call, boolean keep, int[] axes) {
        Optional<Value> mask = call.mask();
        if (mask.isEmpty()) {
            return super.pool(call, keep, axes);
        }
        Ops ops = call.ops();
        Value x = call.input();
        Value counts = ops.unsqueeze(ops.cast(mask.get(), x.type()), axes[0] == 1 ? 2 : 1);
        return ops.div(ops.reduceSum(ops.mul(x, counts), keep, axes), ops.reduceSum(counts, keep, axes));
    }

    @Override
    Value reduce(Ops ops, Value x, boolean keep, int[] axes) {
        return ops.reduceMean(x, keep, axes);
    }
}
