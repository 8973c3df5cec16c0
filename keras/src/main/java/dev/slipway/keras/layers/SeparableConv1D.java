package dev.slipway.keras.layers;

import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * A convolution of each channel by itself over one axis and a mix of the channels: {@code [batch, steps, channels]}
 * to {@code [batch, steps, filters]}.
 *
 * <p>Source: {@code keras.layers.SeparableConv1D}; the padding {@code causal} is that of Keras 2, Keras 3 has it for {@link
 * Conv1D} only.
 */
public final class SeparableConv1D extends SeparableConvolution {
    private SeparableConv1D(Builder<SeparableConv1D> builder) {
        super("SeparableConv1D", builder, List.of(Padding.VALID, Padding.SAME, Padding.CAUSAL));
    }

    /**
     * A linear layer with Keras's defaults.
     *
     * @param filters how many channels the result has, 1 or more
     * @param kernelSize the kernel's size: its length; 1 or more
     * @return the layer
     */
    public static SeparableConv1D of(long filters, long... kernelSize) {
        return builder(filters, kernelSize).build();
    }

    /**
     * A layer to be configured further.
     *
     * @param filters how many channels the result has, 1 or more
     * @param kernelSize the kernel's size: its length; 1 or more
     * @return a builder with Keras's defaults
     */
    public static Builder<SeparableConv1D> builder(long filters, long... kernelSize) {
        return new Builder<>(SeparableConv1D::new, 1, filters, kernelSize);
    }

    static SeparableConv1D read(String name, Config config) {
        return builder(1, 1).read(name, config).build();
    }
}
