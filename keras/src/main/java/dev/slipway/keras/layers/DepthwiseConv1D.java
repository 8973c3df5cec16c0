package dev.slipway.keras.layers;

import dev.slipway.keras.config.Config;

/**
 * A convolution of each channel by itself over one axis: {@code [batch, steps, channels]} to
 * {@code [batch, steps, channels · depthMultiplier]}.
 *
 * <p>Source: {@code keras.layers.DepthwiseConv1D}.
 */
public final class DepthwiseConv1D extends DepthwiseConvolution {
    private DepthwiseConv1D(Builder<DepthwiseConv1D> builder) {
        super("DepthwiseConv1D", builder);
    }

    /**
     * A linear layer with Keras's defaults.
     *
     * @param kernelSize the kernel's size: its length; 1 or more
     * @return the layer
     */
    public static DepthwiseConv1D of(long... kernelSize) {
        return builder(kernelSize).build();
    }

    /**
     * A layer to be configured further.
     *
     * @param kernelSize the kernel's size: its length; 1 or more
     * @return a builder with Keras's defaults
     */
    public static Builder<DepthwiseConv1D> builder(long... kernelSize) {
        return new Builder<>(DepthwiseConv1D::new, 1, kernelSize);
    }

    static DepthwiseConv1D read(String name, Config config) {
        return builder(1).read(name, config).build();
    }
}
