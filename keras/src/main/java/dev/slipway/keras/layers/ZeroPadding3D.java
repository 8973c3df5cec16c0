package dev.slipway.keras.layers;

import dev.slipway.keras.config.Config;

/**
 * Depth, rows and columns with zeros around, of {@code [batch, depth, rows, columns, channels]} or with the channels in front.
 *
 * <p>Source: {@code keras.layers.ZeroPadding3D}.
 */
public final class ZeroPadding3D extends ZeroPadding {
    private ZeroPadding3D(Edges edges) {
        super("ZeroPadding3D", edges);
    }

    /**
     * The layer, for tensors whose channels are last.
     *
     * @param edges how much is added: one number for all ends, one for each axis, or two for each axis
     * @return the layer
     */
    public static ZeroPadding3D of(long... edges) {
        return new ZeroPadding3D(Edges.of("", DataFormat.CHANNELS_LAST, 3, edges));
    }

    static ZeroPadding3D read(String name, Config config) {
        return new ZeroPadding3D(Edges.read(name, config, KEY, 3, true));
    }
}
