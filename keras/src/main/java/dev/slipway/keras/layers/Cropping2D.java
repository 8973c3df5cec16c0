package dev.slipway.keras.layers;

import dev.slipway.keras.config.Config;

/**
 * Rows and columns without their ends, of {@code [batch, rows, columns, channels]} or with the channels in front.
 *
 * <p>Source: {@code keras.layers.Cropping2D}.
 */
public final class Cropping2D extends Cropping {
    private Cropping2D(Edges edges) {
        super("Cropping2D", edges);
    }

    /**
     * The layer, for tensors whose channels are last.
     *
     * @param edges how much is cut off: one number for all ends, one for each axis, or two for each axis
     * @return the layer
     */
    public static Cropping2D of(long... edges) {
        return new Cropping2D(Edges.of("", DataFormat.CHANNELS_LAST, 2, edges));
    }

    static Cropping2D read(String name, Config config) {
        return new Cropping2D(Edges.read(name, config, KEY, 2, true));
    }
}
