package dev.slipway.keras.layers;

import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * A convolution over three axes: {@code [batch, depth, rows, columns, channels]} to {@code [batch, depth, rows, columns, filters]}.
 *
 * <p>Source: {@code keras.layers.Conv3D}.
 */
public final class Conv3D extends Convolution {
    private Conv3D(Builder<Conv3D> builder) {
        super("Conv3D", builder, List.of(Padding.VALID, Padding.SAME));
    }

    /**
     * A linear layer with Keras's defaults.
     *
     * @param filters how many channels the result has, 1 or more
     * @param kernelSize the kernel's size: its length along each axis, or one number for all; 1 or more
     * @return the layer
     */
    public static Conv3D of(long filters, long... kernelSize) {
        return builder(filters, kernelSize).build();
    }

    /**
     * A layer to be configured further.
     *
     * @param filters how many channels the result has, 1 or more
     * @param kernelSize the kernel's size: its length along each axis, or one number for all; 1 or more
     * @return a builder with Keras's defaults
     */
    public static Builder<Conv3D> builder(long filters, long... kernelSize) {
        return new Builder<>(Conv3D::new, 3, filters, kernelSize);
    }

    static Conv3D read(String name, Config config) {
        return builder(1, 1).read(name, config).build();
    }
}
