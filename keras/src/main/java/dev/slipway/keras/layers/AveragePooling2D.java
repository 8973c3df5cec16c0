package dev.slipway.keras.layers;

import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * The mean in each place of a window over two axes: {@code [batch, rows, columns, channels]} to
 * {@code [batch, rows, columns, channels]}.
 *
 * <p>Padding is not counted, with one exception that Keras on PyTorch makes and Keras on TensorFlow does not: where padding to
 * the same length cannot be halved along some axis, the outermost elements are repeated along all and counted.
 *
 * <p>Source: {@code keras.layers.AveragePooling2D}.
 */
public final class AveragePooling2D extends Pooling {
    private AveragePooling2D(Builder<AveragePooling2D> builder) {
        super("AveragePooling2D", builder);
    }

    /**
     * A layer whose window moves as far as it is long, without padding.
     *
     * @param poolSize the window's size: its length along each axis, or one number for both; 1 or more
     * @return the layer
     */
    public static AveragePooling2D of(long... poolSize) {
        return builder(poolSize).build();
    }

    /**
     * A layer to be configured further.
     *
     * @param poolSize the window's size: its length along each axis, or one number for both; 1 or more
     * @return a builder with Keras's defaults
     */
    public static Builder<AveragePooling2D> builder(long... poolSize) {
        return new Builder<>(AveragePooling2D::new, 2, poolSize);
    }

    static AveragePooling2D read(String name, Config config) {
        return builder(2).read(name, config).build();
    }

    @Override
    Value pool(LayerCall call, Value x, Sliding window) {
        return WindowMean.of(call, x, window);
    }
}
