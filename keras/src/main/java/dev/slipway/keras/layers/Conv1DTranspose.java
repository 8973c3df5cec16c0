package dev.slipway.keras.layers;

import dev.slipway.keras.config.Config;

/**
 * A transposed convolution over one axis: {@code [batch, steps, channels]} to
 * {@code [batch, steps, filters]}.
 *
 * <p>Source: {@code keras.layers.Conv1DTranspose}.
 */
public final class Conv1DTranspose extends TransposedConvolution {
    private Conv1DTranspose(Builder<Conv1DTranspose> builder) {
        super("Conv1DTranspose", builder);
    }

    /**
     * A linear layer with Keras's defaults.
     *
     * @param filters how many channels the result has, 1 or more
     * @param kernelSize the kernel's size: its length; 1 or more
     * @return the layer
     */
    public static Conv1DTranspose of(long filters, long... kernelSize) {
        return builder(filters, kernelSize).build();
    }

    /**
     * A layer to be configured further.
     *
     * @param filters how many channels the result has, 1 or more
     * @param kernelSize the kernel's size: its length; 1 or more
     * @return a builder with Keras's defaults
     */
    public static Builder<Conv1DTranspose> builder(long filters, long... kernelSize) {
        return new Builder<>(Conv1DTranspose::new, 1, filters, kernelSize);
    }

    static Conv1DTranspose read(String name, Config config) {
        return builder(1, 1).read(name, config).build();
    }
}
