package dev.slipway.keras.layers;

import dev.slipway.keras.config.Config;

/**
 * A {@link LocallyConnected} layer over one axis: {@code [batch, steps, channels]} to {@code [batch, places, filters]}.
 *
 * <p>Source: {@code keras.layers.LocallyConnected1D} of Keras 2.15.
 */
final class LocallyConnected1D extends LocallyConnected {
    private LocallyConnected1D(String name, Config config) {
        super(1, name, config);
    }

    static LocallyConnected1D read(String name, Config config) {
        return new LocallyConnected1D(name, config);
    }

    @Override
    public String className() {
        return "LocallyConnected1D";
    }
}
