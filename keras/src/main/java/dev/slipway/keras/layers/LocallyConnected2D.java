package dev.slipway.keras.layers;

import dev.slipway.keras.config.Config;

/**
 * A {@link LocallyConnected} layer over two axes: {@code [batch, rows, columns, channels]} to {@code [batch,
 * rows, columns, filters]}.
 *
 * <p>Source: {@code keras.layers.LocallyConnected2D} of Keras 2.15.
 */
final class LocallyConnected2D extends LocallyConnected {
    private LocallyConnected2D(String name, Config config) {
        super(2, name, config);
    }

    static LocallyConnected2D read(String name, Config config) {
        return new LocallyConnected2D(name, config);
    }

    @Override
    public String className() {
        return "LocallyConnected2D";
    }
}
