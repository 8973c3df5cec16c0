package dev.slipway.keras.layers;

import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * A convolution over one axis: {@code [batch, steps, channels]} to {@code [batch, steps, filters]}.
 *
 * <p>Source: {@code keras.layers.Conv1D}.
 */
public final class Conv1D extends Convolution {
    private Conv1D(Builder<Conv1D> builder) {
        super("Conv1D", builder, List.of(Padding.VALID, Padding.SAME, Padding.CAUSAL));
    }

    /**
     * A linear layer with Keras's defaults.
     *
     * @param filters how many channels the result has, 1 or more
     * @param kernelSize the kernel's size: its length; 1 or more
     * @return the layer
     */
    public static Conv1D of(long filters, long... kernelSize) {
        return builder(filters, kernelSize).build();
    }

    /**
     * A layer to be configured further.
     *
     * @param filters how many channels the result has, 1 or more
     * @param kernelSize the kernel's size: its length; 1 or more
     * @return a builder with Keras's defaults
     */
    public static Builder<Conv1D> builder(long filters, long... kernelSize) {
        return new Builder<>(Conv1D::new, 1, filters, kernelSize);
    }

    static Conv1D read(String name, Config config) {
        return builder(1, 1).read(name, config).build();
    }
}
