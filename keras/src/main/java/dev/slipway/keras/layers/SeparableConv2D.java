package dev.slipway.keras.layers;

import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * A convolution of each channel by itself over two axes and a mix of the channels: {@code [batch, rows, columns, channels]}
 * to {@code [batch, rows, columns, filters]}.
 *
 * <p>Source: {@code keras.layers.SeparableConv2D}.
 */
public final class SeparableConv2D extends SeparableConvolution {
    private SeparableConv2D(Builder<SeparableConv2D> builder) {
        super("SeparableConv2D", builder, List.of(Padding.VALID, Padding.SAME));
    }

    /**
     * A linear layer with Keras's defaults.
     *
     * @param filters how many channels the result has, 1 or more
     * @param kernelSize the kernel's size: its length along each axis, or one number for both; 1 or more
     * @return the layer
     */
    public static SeparableConv2D of(long filters, long... kernelSize) {
        return builder(filters, kernelSize).build();
    }

    /**
     * A layer to be configured further.
     *
     * @param filters how many channels the result has, 1 or more
     * @param kernelSize the kernel's size: its length along each axis, or one number for both; 1 or more
     * @return a builder with Keras's defaults
     */
    public static Builder<SeparableConv2D> builder(long filters, long... kernelSize) {
        return new Builder<>(SeparableConv2D::new, 2, filters, kernelSize);
    }

    static SeparableConv2D read(String name, Config config) {
        return builder(1, 1).read(name, config).build();
    }
}
