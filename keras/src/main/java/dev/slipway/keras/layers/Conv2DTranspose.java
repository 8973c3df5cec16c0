package dev.slipway.keras.layers;

import dev.slipway.keras.config.Config;

/**
 * A transposed convolution over two axes: {@code [batch, rows, columns, channels]} to
 * {@code [batch, rows, columns, filters]}.
 *
 * <p>Source: {@code keras.layers.Conv2DTranspose}.
 */
public final class Conv2DTranspose extends TransposedConvolution {
    private Conv2DTranspose(Builder<Conv2DTranspose> builder) {
        super("Conv2DTranspose", builder);
    }

    /**
     * A linear layer with Keras's defaults.
     *
     * @param filters how many channels the result has, 1 or more
     * @param kernelSize the kernel's size: its length along each axis, or one number for both; 1 or more
     * @return the layer
     */
    public static Conv2DTranspose of(long filters, long... kernelSize) {
        return builder(filters, kernelSize).build();
    }

    /**
     * A layer to be configured further.
     *
     * @param filters how many channels the result has, 1 or more
     * @param kernelSize the kernel's size: its length along each axis, or one number for both; 1 or more
     * @return a builder with Keras's defaults
     */
    public static Builder<Conv2DTranspose> builder(long filters, long... kernelSize) {
        return new Builder<>(Conv2DTranspose::new, 2, filters, kernelSize);
    }

    static Conv2DTranspose read(String name, Config config) {
        return builder(1, 1).read(name, config).build();
    }
}
