package dev.slipway.keras.layers;

import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * The mean in each place of a window over one axis: {@code [batch, steps, channels]} to
 * {@code [batch, steps, channels]}.
 *
 * <p>Padding is not counted, with one exception that Keras on PyTorch makes and Keras on TensorFlow does not: where padding to
 * the same length cannot be halved along some axis, the outermost elements are repeated along all and counted.
 *
 * <p>Source: {@code keras.layers.AveragePooling1D}.
 */
public final class AveragePooling1D extends Pooling {
    private AveragePooling1D(Builder<AveragePooling1D> builder) {
        super("AveragePooling1D", builder);
    }

    /**
     * A layer whose window moves as far as it is long, without padding.
     *
     * @param poolSize the window's size: its length; 1 or more
     * @return the layer
     */
    public static AveragePooling1D of(long... poolSize) {
        return builder(poolSize).build();
    }

    /**
     * A layer to be configured further.
     *
     * @param poolSize the window's size: its length; 1 or more
     * @return a builder with Keras's defaults
     */
    public static Builder<AveragePooling1D> builder(long... poolSize) {
        return new Builder<>(AveragePooling1D::new, 1, poolSize);
    }

    static AveragePooling1D read(String name, Config config) {
        return builder(2).read(name, config).build();
    }

    @Override
    Value pool(LayerCall call, Value x, Sliding window) {
        return WindowMean.of(call, x, window);
    }
}
