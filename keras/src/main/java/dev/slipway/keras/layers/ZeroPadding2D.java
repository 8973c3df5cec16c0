package dev.slipway.keras.layers;

import dev.slipway.keras.config.Config;

/**
 * Rows and columns with zeros around, of {@code [batch, rows, columns, channels]} or with the channels in front.
 *
 * <p>Source: {@code keras.layers.ZeroPadding2D}.
 */
public final class ZeroPadding2D extends ZeroPadding {
    private ZeroPadding2D(Edges edges) {
        super("ZeroPadding2D", edges);
    }

    /**
     * The layer, for tensors whose channels are last.
     *
     * @param edges how much is added: one number for all ends, one for each axis, or two for each axis
     * @return the layer
     */
    public static ZeroPadding2D of(long... edges) {
        return new ZeroPadding2D(Edges.of("", DataFormat.CHANNELS_LAST, 2, edges));
    }

    static ZeroPadding2D read(String name, Config config) {
        return new ZeroPadding2D(Edges.read(name, config, KEY, 2, true));
    }
}
