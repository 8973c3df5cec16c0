package dev.slipway.keras.layers;

import dev.slipway.keras.config.Config;

/**
 * A convolution of each channel by itself over two axes: {@code [batch, rows, columns, channels]} to
 * {@code [batch, rows, columns, channels · depthMultiplier]}.
 *
 * <p>Source: {@code keras.layers.DepthwiseConv2D}.
 */
public final class DepthwiseConv2D extends DepthwiseConvolution {
    private DepthwiseConv2D(Builder<DepthwiseConv2D> builder) {
        super("DepthwiseConv2D", builder);
    }

    /**
     * A linear layer with Keras's defaults.
     *
     * @param kernelSize the kernel's size: its length along each axis, or one number for both; 1 or more
     * @return the layer
     */
    public static DepthwiseConv2D of(long... kernelSize) {
        return builder(kernelSize).build();
    }

    /**
     * A layer to be configured further.
     *
     * @param kernelSize the kernel's size: its length along each axis, or one number for both; 1 or more
     * @return a builder with Keras's defaults
     */
    public static Builder<DepthwiseConv2D> builder(long... kernelSize) {
        return new Builder<>(DepthwiseConv2D::new, 2, kernelSize);
    }

    static DepthwiseConv2D read(String name, Config config) {
        return builder(1).read(name, config).build();
    }
}
