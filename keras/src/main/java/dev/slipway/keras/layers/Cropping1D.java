package dev.slipway.keras.layers;

import dev.slipway.keras.config.Config;

/**
 * The steps without their ends, of {@code [batch, steps, channels]}.
 *
 * <p>Source: {@code keras.layers.Cropping1D}.
 */
public final class Cropping1D extends Cropping {
    private Cropping1D(Edges edges) {
        super("Cropping1D", edges);
    }

    /**
     * The layer, for tensors whose channels are last.
     *
     * @param edges how much is cut off: one number for both ends, or one for each
     * @return the layer
     */
    public static Cropping1D of(long... edges) {
        return new Cropping1D(Edges.of("", DataFormat.CHANNELS_LAST, 1, edges));
    }

    static Cropping1D read(String name, Config config) {
        return new Cropping1D(Edges.read(name, config, KEY, 1, false));
    }
}
