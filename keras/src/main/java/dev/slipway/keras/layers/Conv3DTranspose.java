package dev.slipway.keras.layers;

import dev.slipway.keras.config.Config;

/**
 * A transposed convolution over three axes: {@code [batch, depth, rows, columns, channels]} to
 * {@code [batch, depth, rows, columns, filters]}.
 *
 * <p>Source: {@code keras.layers.Conv3DTranspose}.
 */
public final class Conv3DTranspose extends TransposedConvolution {
    private Conv3DTranspose(Builder<Conv3DTranspose> builder) {
        super("Conv3DTranspose", builder);
    }

    /**
     * A linear layer with Keras's defaults.
     *
     * @param filters how many channels the result has, 1 or more
     * @param kernelSize the kernel's size: its length along each axis, or one number for all; 1 or more
     * @return the layer
     */
    public static Conv3DTranspose of(long filters, long... kernelSize) {
        return builder(filters, kernelSize).build();
    }

    /**
     * A layer to be configured further.
     *
     * @param filters how many channels the result has, 1 or more
     * @param kernelSize the kernel's size: its length along each axis, or one number for all; 1 or more
     * @return a builder with Keras's defaults
     */
    public static Builder<Conv3DTranspose> builder(long filters, long... kernelSize) {
        return new Builder<>(Conv3DTranspose::new, 3, filters, kernelSize);
    }

    static Conv3DTranspose read(String name, Config config) {
        return builder(1, 1).read(name, config).build();
    }
}
