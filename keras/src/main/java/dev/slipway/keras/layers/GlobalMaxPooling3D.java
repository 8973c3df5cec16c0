package dev.slipway.keras.layers;

import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * The largest element of each channel over three axes: {@code [batch, depth, rows, columns, channels]} to {@code [batch, channels]}.
 *
 * <p>Source: {@code keras.layers.GlobalMaxPooling3D}.
 */
public final class GlobalMaxPooling3D extends GlobalPooling {
    private GlobalMaxPooling3D(Options options) {
        super("GlobalMaxPooling3D", 3, options);
    }

    /**
     * The layer with Keras's defaults.
     *
     * @return the layer
     */
    public static GlobalMaxPooling3D of() {
        return new GlobalMaxPooling3D(Options.DEFAULT);
    }

    /**
     * The layer.
     *
     * @param dataFormat where the channels are: {@code channels_last} or {@code channels_first}
     * @param keepDims whether the axes that are gone stay, with length 1
     * @return the layer
     */
    public static GlobalMaxPooling3D of(String dataFormat, boolean keepDims) {
        return new GlobalMaxPooling3D(Options.of(dataFormat, keepDims));
    }

    static GlobalMaxPooling3D read(String name, Config config) {
        return new GlobalMaxPooling3D(Options.read(name, config));
    }

    @Override
    Value reduce(LayerCall call, boolean keep, int[] axes) {
        return call.ops().reduceMax(call.input(), keep, axes);
    }
}
