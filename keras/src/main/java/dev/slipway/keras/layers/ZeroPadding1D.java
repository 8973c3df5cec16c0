package dev.slipway.keras.layers;

import dev.slipway.keras.config.Config;

/**
 * The steps with zeros around, of {@code [batch, steps, channels]} or with the channels in front.
 *
 * <p>Source: {@code keras.layers.ZeroPadding1D}.
 */
public final class ZeroPadding1D extends ZeroPadding {
    private ZeroPadding1D(Edges edges) {
        super("ZeroPadding1D", edges);
    }

    /**
     * The layer, for tensors whose channels are last.
     *
     * @param edges how much is added: one number for both ends, or one for each
     * @return the layer
     */
    public static ZeroPadding1D of(long... edges) {
        return new ZeroPadding1D(Edges.of("", DataFormat.CHANNELS_LAST, 1, edges));
    }

    static ZeroPadding1D read(String name, Config config) {
        return new ZeroPadding1D(Edges.read(name, config, KEY, 1, true));
    }
}
