package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;
import java.util.Optional;

/**
 * The mean of each channel over one axis: {@code [batch, steps, channels]} to {@code [batch, channels]}. With a mask, of the
 * steps that count: {@code sum(x · mask) / sum(mask)}.
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
    Value reduce(LayerCall call, boolean keep, int[] axes) {
        Ops ops = call.ops();
        Optional<Value> counting = call.mask()
                .map(mask -> ops.unsqueeze(ops.cast(mask, call.input().type()), channelAxis()));
        if (counting.isEmpty()) {
            return ops.reduceMean(floating(call), keep, axes);
        }
        Value sum = ops.reduceSum(ops.mul(call.input(), counting.get()), keep, axes);
        return ops.div(sum, ops.reduceSum(counting.get(), keep, axes));
    }
}
