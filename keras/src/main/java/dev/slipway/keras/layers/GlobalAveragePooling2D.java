package dev.slipway.keras.layers;

import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * The mean of each channel over two axes: {@code [batch, rows, columns, channels]} to {@code [batch, channels]}.
 *
 * <p>Source: {@code keras.layers.GlobalAveragePooling2D}.
 */
public final class GlobalAveragePooling2D extends GlobalPooling {
    private GlobalAveragePooling2D(Options options) {
        super("GlobalAveragePooling2D", 2, options);
    }

    /**
     * The layer with Keras's defaults.
     *
     * @return the layer
     */
    public static GlobalAveragePooling2D of() {
        return new GlobalAveragePooling2D(Options.DEFAULT);
    }

    /**
     * The layer.
     *
     * @param dataFormat where the channels are: {@code channels_last} or {@code channels_first}
     * @param keepDims whether the axes that are gone stay, with length 1
     * @return the layer
     */
    public static GlobalAveragePooling2D of(String dataFormat, boolean keepDims) {
        return new GlobalAveragePooling2D(Options.of(dataFormat, keepDims));
    }

    static GlobalAveragePooling2D read(String name, Config config) {
        return new GlobalAveragePooling2D(Options.read(name, config));
    }

    @Override
    Value reduce(LayerCall call, boolean keep, int[] axes) {
        return call.ops().reduceMean(floating(call), keep, axes);
    }
}
