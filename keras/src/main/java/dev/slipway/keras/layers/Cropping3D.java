package dev.slipway.keras.layers;

import dev.slipway.keras.config.Config;

/**
 * Depth, rows and columns without their ends, of {@code [batch, depth, rows, columns, channels]} or with the channels in front.
 *
 * <p>Source: {@code keras.layers.Cropping3D}.
 */
public final class Cropping3D extends Cropping {
    private Cropping3D(Edges edges) {
        super("Cropping3D", edges);
    }

    /**
     * The layer, for tensors whose channels are last.
     *
     * @param edges how much is cut off: one number for all ends, one for each axis, or two for each axis
     * @return the layer
     */
    public static Cropping3D of(long... edges) {
        return new Cropping3D(Edges.of("", DataFormat.CHANNELS_LAST, 3, edges));
    }

    static Cropping3D read(String name, Config config) {
        return new Cropping3D(Edges.read(name, config, KEY, 3, true));
    }
}
