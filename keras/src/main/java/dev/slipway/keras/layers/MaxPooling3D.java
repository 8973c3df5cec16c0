package dev.slipway.keras.layers;

import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * The largest element in each place of a window over three axes: {@code [batch, depth, rows, columns, channels]} to
 * {@code [batch, depth, rows, columns, channels]}.
 *
 * <p>Padding is never the largest.
 *
 * <p>Source: {@code keras.layers.MaxPooling3D}.
 */
public final class MaxPooling3D extends Pooling {
    private MaxPooling3D(Builder<MaxPooling3D> builder) {
        super("MaxPooling3D", builder);
    }

    /**
     * A layer whose window moves as far as it is long, without padding.
     *
     * @param poolSize the window's size: its length along each axis, or one number for all; 1 or more
     * @return the layer
     */
    public static MaxPooling3D of(long... poolSize) {
        return builder(poolSize).build();
    }

    /**
     * A layer to be configured further.
     *
     * @param poolSize the window's size: its length along each axis, or one number for all; 1 or more
     * @return a builder with Keras's defaults
     */
    public static Builder<MaxPooling3D> builder(long... poolSize) {
        return new Builder<>(MaxPooling3D::new, 3, poolSize);
    }

    static MaxPooling3D read(String name, Config config) {
        return builder(2).read(name, config).build();
    }

    @Override
    Value pool(LayerCall call, Value x, Sliding window) {
        return call.ops().maxPool(x, SamePadding.POOLING.window(call.backend(), window, x.shape()));
    }
}
