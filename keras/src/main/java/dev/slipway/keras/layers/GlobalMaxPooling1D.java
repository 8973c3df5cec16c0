package dev.slipway.keras.layers;

import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * The largest element of each channel over one axis: {@code [batch, steps, channels]} to {@code [batch, channels]}.
 *
 * <p>Source: {@code keras.layers.GlobalMaxPooling1D}.
 */
public final class GlobalMaxPooling1D extends GlobalPooling {
    private GlobalMaxPooling1D(Options options) {
        super("GlobalMaxPooling1D", 1, options);
    }

    /**
     * The layer with Keras's defaults.
     *
     * @return the layer
     */
    public static GlobalMaxPooling1D of() {
        return new GlobalMaxPooling1D(Options.DEFAULT);
    }

    /**
     * The layer.
     *
     * @param dataFormat where the channels are: {@code channels_last} or {@code channels_first}
     * @param keepDims whether the axes that are gone stay, with length 1
     * @return the layer
     */
    public static GlobalMaxPooling1D of(String dataFormat, boolean keepDims) {
        return new GlobalMaxPooling1D(Options.of(dataFormat, keepDims));
    }

    static GlobalMaxPooling1D read(String name, Config config) {
        return new GlobalMaxPooling1D(Options.read(name, config));
    }

    @Override
    Value reduce(LayerCall call, boolean keep, int[] axes) {
        return call.ops().reduceMax(call.input(), keep, axes);
    }
}
