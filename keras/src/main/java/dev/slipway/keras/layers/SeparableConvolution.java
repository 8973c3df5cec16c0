package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.graph.Window;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.initializers.Initializer;
import dev.slipway.keras.regularizers.Regularizers;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * A convolution of each channel by itself, with m kernels each (the depth multiplier), and then a mix of all channels in each
 * place: {@code activation(depthwise(x) · pointwise + bias)}, {@code [batch, …, channels]} to {@code [batch, …, filters]}, or
 * with the channels in front.
 *
 * <p>Weights: {@code depthwise_kernel [kernelSize…, channels, m]}, {@code pointwise_kernel [1…, channels · m, filters]},
 * {@code bias [filters]}.
 *
 * <p>Source: {@code keras.layers.SeparableConv1D} and {@code SeparableConv2D}.
 */
public abstract class SeparableConvolution extends ConvolvingLayer {
    private final long filters;
    private final long depthMultiplier;
    private final WeightOptions depthwise;
    private final WeightOptions pointwise;

    SeparableConvolution(String className, Builder<?> builder, List<Padding> paddings) {
        super(className, builder, paddings);
        filters = builder.filters;
        depthMultiplier = builder.depthMultiplier;
        depthwise = builder.depthwise;
        pointwise = builder.pointwise;
        if (filters < 1 || depthMultiplier < 1) {
            throw new IllegalArgumentException(className + ": " + filters + " filters, depth_multiplier "
                    + depthMultiplier + " (expected: both >= 1)");
        }
    }

    @Override
    public final void writeConfig(ObjectNode config) {
        config.put("filters", filters).put("depth_multiplier", depthMultiplier);
        super.writeConfig(config);
        depthwise.write(config);
        pointwise.write(config);
    }

    @Override
    final List<WeightSpec> kernels(long channels) {
        List<Long> ones = ones();
        long[] mix = new long[ones.size() + 2];
        Arrays.fill(mix, 1);
        mix[mix.length - 2] = channels * depthMultiplier;
        mix[mix.length - 1] = filters;
        return List.of(
                depthwise.weight("depthwise_kernel", kernelShape(channels, depthMultiplier)),
                pointwise.weight("pointwise_kernel", Shape.of(mix)));
    }

    private List<Long> ones() {
        return Collections.nCopies(sliding().rank(), 1L);
    }

    @Override
    final long filters(long channels) {
        return filters;
    }

    @Override
    final Value convolve(LayerCall call, Value x) {
        Value grouped = depthwise(call.ops(), call.weight("depthwise_kernel"));
        Window window = SamePadding.SEPARABLE.window(call.backend(), sliding(), x.shape());
        Value each = call.ops().conv(x, grouped, window, x.shape().size(1));
        return biased(call, each, outFirst(call.ops(), call.weight("pointwise_kernel")), Window.of(ones()), 1);
    }

    /**
     * Sets what differs from Keras's defaults.
     *
     * @param <L> the layer
     */
    public static final class Builder<L extends SeparableConvolution> extends ConvolutionBuilder<Builder<L>> {
        private final Function<Builder<L>, L> layer;
        private long filters;
        private long depthMultiplier = 1;
        private WeightOptions depthwise = WeightOptions.of("depthwise", "glorot_uniform");
        private WeightOptions pointwise = WeightOptions.of("pointwise", "glorot_uniform");

        Builder(Function<Builder<L>, L> layer, int rank, long filters, long... kernelSize) {
            super(rank, kernelSize);
            this.layer = layer;
            this.filters = filters;
        }

        @Override
        Builder<L> self() {
            return this;
        }

        @Override
        Builder<L> read(String layerName, Config config) {
            super.read(layerName, config);
            filters = config.integer("filters");
            depthMultiplier = config.integer("depth_multiplier", 1);
            depthwise = depthwise.read(config);
            pointwise = pointwise.read(config);
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
         * Sets how the kernel of each channel begins.
         *
         * @param initializer the initializer
         * @return this builder
         */
        public Builder<L> depthwiseInitializer(Initializer initializer) {
            this.depthwise = depthwise.with(initializer);
            return this;
        }

        /**
         * Sets how the mix of the channels begins.
         *
         * @param initializer the initializer
         * @return this builder
         */
        public Builder<L> pointwiseInitializer(Initializer initializer) {
            this.pointwise = pointwise.with(initializer);
            return this;
        }

        /**
         * Sets what the size of each channel's kernel adds to the loss.
         *
         * @param regularizer the regularizer's Keras name: l1, l2 or l1_l2
         * @return this builder
         */
        public Builder<L> depthwiseRegularizer(String regularizer) {
            this.depthwise = depthwise.with(Regularizers.named(regularizer));
            return this;
        }

        /**
         * Sets what the size of the channels' mix adds to the loss.
         *
         * @param regularizer the regularizer's Keras name: l1, l2 or l1_l2
         * @return this builder
         */
        public Builder<L> pointwiseRegularizer(String regularizer) {
            this.pointwise = pointwise.with(Regularizers.named(regularizer));
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
