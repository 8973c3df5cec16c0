package dev.slipway.keras.layers;

import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * The largest element in each place of a window over one axis: {@code [batch, steps, channels]} to
 * {@code [batch, steps, channels]}.
 *
 * <p>Padding is never the largest.
 *
 * <p>Source: {@code keras.layers.MaxPooling1D}.
 */
public final class MaxPooling1D extends Pooling {
    private MaxPooling1D(Builder<MaxPooling1D> builder) {
        super("MaxPooling1D", builder);
    }

    /**
     * A layer whose window moves as far as it is long, without padding.
     *
     * @param poolSize the window's size: its length; 1 or more
     * @return the layer
     */
    public static MaxPooling1D of(long... poolSize) {
        return builder(poolSize).build();
    }

    /**
     * A layer to be configured further.
     *
     * @param poolSize the window's size: its length; 1 or more
     * @return a builder with Keras's defaults
     */
    public static Builder<MaxPooling1D> builder(long... poolSize) {
        return new Builder<>(MaxPooling1D::new, 1, poolSize);
    }

    static MaxPooling1D read(String name, Config config) {
        return builder(2).read(name, config).build();
    }

    @Override
    Value pool(LayerCall call, Value x, Sliding window) {
        return call.ops().maxPool(x, SamePadding.POOLING.window(call.backend(), window, x.shape()));
    }
}
