package dev.slipway.keras.layers;

import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * The mean of each channel over three axes: {@code [batch, depth, rows, columns, channels]} to {@code [batch, channels]}.
 *
 * <p>Source: {@code keras.layers.GlobalAveragePooling3D}.
 */
public final class GlobalAveragePooling3D extends GlobalPooling {
    private GlobalAveragePooling3D(Options options) {
        super("GlobalAveragePooling3D", 3, options);
    }

    /**
     * The layer with Keras's defaults.
     *
     * @return the layer
     */
    public static GlobalAveragePooling3D of() {
        return new GlobalAveragePooling3D(Options.DEFAULT);
    }

    /**
     * The layer.
     *
     * @param dataFormat where the channels are: {@code channels_last} or {@code channels_first}
     * @param keepDims whether the axes that are gone stay, with length 1
     * @return the layer
     */
    public static GlobalAveragePooling3D of(String dataFormat, boolean keepDims) {
        return new GlobalAveragePooling3D(Options.of(dataFormat, keepDims));
    }

    static GlobalAveragePooling3D read(String name, Config config) {
        return new GlobalAveragePooling3D(Options.read(name, config));
    }

    @Override
    Value reduce(LayerCall call, boolean keep, int[] axes) {
        return call.ops().reduceMean(floating(call), keep, axes);
    }
}
