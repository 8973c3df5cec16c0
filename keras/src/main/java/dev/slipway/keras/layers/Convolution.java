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
 * A convolution: {@code activation(bias[f] + sum over i, c of x[stride · place + dilation · i, c] · kernel[i, c, f])},
 * {@code [batch, …, channels]} to {@code [batch, …, filters]}, or with the channels in front.
 *
 * <p>Channels and filters can fall into groups, each of which is convolved by itself.
 *
 * <p>Weights: {@code kernel [kernelSize…, channels / groups, filters]}, {@code bias [filters]}.
 *
 * <p>Source: {@code keras.layers.Conv1D}, {@code Conv2D} and {@code Conv3D}.
 */
public abstract class Convolution extends ConvolvingLayer {
    private final long filters;
    private final long groups;
    private final WeightOptions kernel;

    Convolution(String className, Builder<?> builder, List<Padding> paddings) {
        super(className, builder, paddings);
        filters = builder.filters;
        groups = builder.groups;
        kernel = builder.kernel;
        if (filters < 1 || groups < 1 || filters % groups != 0) {
            throw new IllegalArgumentException(className + ": " + filters + " filters in " + groups
                    + " groups (expected: 1 or more filters in each group)");
        }
    }

    @Override
    public final void writeConfig(ObjectNode config) {
        config.put("filters", filters);
        super.writeConfig(config);
        config.put("groups", groups);
        kernel.write(config);
    }

    @Override
    final List<WeightSpec> kernels(long channels) {
        if (channels % groups != 0) {
            throw new IllegalArgumentException(this + ": " + channels + " channels in " + groups
                    + " groups (expected: as many channels in each group)");
        }
        return List.of(kernel.weight("kernel", kernelShape(channels / groups, filters)));
    }

    @Override
    final long filters(long channels) {
        return filters;
    }

    @Override
    final Value convolve(LayerCall call, Value x) {
        Window window = SamePadding.CONVOLUTION.window(call.backend(), sliding(), x.shape());
        return biased(call, x, outFirst(call.ops(), call.weight("kernel")), window, groups);
    }

    /**
     * Sets what differs from Keras's defaults.
     *
     * @param <L> the layer
     */
    public static final class Builder<L extends Convolution> extends ConvolutionBuilder<Builder<L>> {
        private final Function<Builder<L>, L> layer;
        private long filters;
        private long groups = 1;
        private WeightOptions kernel = WeightOptions.of("kernel", "glorot_uniform");

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
            groups = config.integer("groups", 1);
            kernel = kernel.read(config);
            return this;
        }

        /**
         * Sets into how many groups channels and filters fall.
         *
         * @param groups a number that divides both
         * @return this builder
         */
        public Builder<L> groups(long groups) {
            this.groups = groups;
            return this;
        }

        /**
         * Sets how the kernel begins.
         *
         * @param initializer the initializer
         * @return this builder
         */
        public Builder<L> kernelInitializer(Initializer initializer) {
            this.kernel = kernel.with(initializer);
            return this;
        }

        /**
         * Sets what the kernel's size adds to the loss.
         *
         * @param regularizer the regularizer's Keras name: l1, l2 or l1_l2
         * @return this builder
         */
        public Builder<L> kernelRegularizer(String regularizer) {
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
