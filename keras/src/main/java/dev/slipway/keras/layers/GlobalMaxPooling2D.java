package dev.slipway.keras.layers;

import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * The largest element of each channel over two axes: {@code [batch, rows, columns, channels]} to {@code [batch, channels]}.
 *
 * <p>Source: {@code keras.layers.GlobalMaxPooling2D}.
 */
public final class GlobalMaxPooling2D extends GlobalPooling {
    private GlobalMaxPooling2D(Options options) {
        super("GlobalMaxPooling2D", 2, options);
    }

    /**
     * The layer with Keras's defaults.
     *
     * @return the layer
     */
    public static GlobalMaxPooling2D of() {
        return new GlobalMaxPooling2D(Options.DEFAULT);
    }

    /**
     * The layer.
     *
     * @param dataFormat where the channels are: {@code channels_last} or {@code channels_first}
     * @param keepDims whether the axes that are gone stay, with length 1
     * @return the layer
     */
    public static GlobalMaxPooling2D of(String dataFormat, boolean keepDims) {
        return new GlobalMaxPooling2D(Options.of(dataFormat, keepDims));
    }

    static GlobalMaxPooling2D read(String name, Config config) {
        return new GlobalMaxPooling2D(Options.read(name, config));
    }

    @Override
    Value reduce(LayerCall call, boolean keep, int[] axes) {
        return call.ops().reduceMax(call.input(), keep, axes);
    }
}
