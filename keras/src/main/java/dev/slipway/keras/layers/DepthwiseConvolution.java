package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Value;
import dev.slipway.graph.Window;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.initializers.Initializer;
import dev.slipway.keras.regularizers.Regularizers;
import java.util.List;
import java.util.function.Function;

/**
 * A convolution of each channel by itself, with some kernels each: {@code activation(bias[c · m + j] + sum over i of
 * x[stride · place + dilation · i, c] · kernel[i, c, j])}, {@code [batch, …, channels]} to {@code [batch, …, channels · m]}, m
 * being the depth multiplier, or with the channels in front.
 *
 * <p>Weights: {@code kernel [kernelSize…, channels, m]}, {@code bias [channels · m]}.
 *
 * <p>Source: {@code keras.layers.DepthwiseConv1D} and {@code DepthwiseConv2D}.
 */
public abstract class DepthwiseConvolution extends ConvolvingLayer {
    private static final List<Padding> PADDINGS = List.of(Padding.VALID, Padding.SAME);

    private final long depthMultiplier;
    private final WeightOptions kernel;

    DepthwiseConvolution(String className, Builder<?> builder) {
        super(className, builder, PADDINGS);
        depthMultiplier = builder.depthMultiplier;
        kernel = builder.kernel;
        if (depthMultiplier < 1) {
            throw new IllegalArgumentException(
                    className + ": depth_multiplier " + depthMultiplier + " (expected: >= 1)");
        }
    }

    @Override
    public final void writeConfig(ObjectNode config) {
        config.put("depth_multiplier", depthMultiplier);
        super.writeConfig(config);
        kernel.write(config);
    }

    @Override
    final List<WeightSpec> kernels(long channels) {
        return List.of(kernel.weight("kernel", kernelShape(channels, depthMultiplier)));
    }

    @Override
    final long filters(long channels) {
        return channels * depthMultiplier;
    }

    @Override
    final Value convolve(LayerCall call, Value x) {
        Value grouped = depthwise(call.ops(), call.weight("kernel"));
        Window window = SamePadding.CONVOLUTION.window(call.backend(), sliding(), x.shape());
        return biased(call, x, grouped, window, x.shape().size(1));
    }

    /**
     * Sets what differs from Keras's defaults.
     *
     * @param <L> the layer
     */
    public static final class Builder<L extends DepthwiseConvolution> extends ConvolutionBuilder<Builder<L>> {
        private final Function<Builder<L>, L> layer;
        private long depthMultiplier = 1;
        private WeightOptions kernel = WeightOptions.of("depthwise", "glorot_uniform");

        Builder(Function<Builder<L>, L> layer, int rank, long... kernelSize) {
            super(rank, kernelSize);
            this.layer = layer;
        }

        @Override
        Builder<L> self() {
            return this;
        }

        @Override
        Builder<L> read(String layerName, Config config) {
            super.read(layerName, config);
            depthMultiplier = config.integer("depth_multiplier", 1);
            kernel = kernel.read(config);
            return this;
        }

        /**
         * Sets how many kernels each channel has.
         *
         * @param depthMultiplier 1 or more
         * @return this builder
         */
        public Builder<L> depthMultiplier(long depthMultiplier) {
            this.depthMultiplier = depthMultiplier;
            return this;
        }

        /**
         * Sets how the kernel begins.
         *
         * @param initializer the initializer
         * @return this builder
         */
        public Builder<L> depthwiseInitializer(Initializer initializer) {
            this.kernel = kernel.with(initializer);
            return this;
        }

        /**
         * Sets what the kernel's size adds to the loss.
         *
         * @param regularizer the regularizer's Keras name: l1, l2 or l1_l2
         * @return this builder
         */
        public Builder<L> depthwiseRegularizer(String regularizer) {
            this.kernel = kernel.with(Regularizers.named(regularizer));
            return this;
        }

        /**
         * The layer as configured.
         *
         * @return the layer
         */
        public L build() {
            return layer.apply(this);
        }
    }
}
