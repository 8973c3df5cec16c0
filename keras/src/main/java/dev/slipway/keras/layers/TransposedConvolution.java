package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.graph.Window;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.initializers.Initializer;
import dev.slipway.keras.regularizers.Regularizers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A transposed convolution: each element is spread over the kernel, {@code stride} places apart, what meets is added up, and
 * then bias and activation; {@code [batch, …, channels]} to {@code [batch, …, filters]}, or with the channels in front.
 *
 * <p>An axis of length n becomes, with {@code span = (kernelSize - 1) · dilation + 1}:
 *
 * <ul>
 *   <li>valid: {@code (n - 1) · stride + span + outputPadding}, by default {@code (n - 1) · stride + max(span, stride)};
 *   <li>same: {@code (n - 1) · stride + span % 2 + outputPadding}, by default {@code n · stride}; of what is cut off, the
 *       smaller half is cut off in front.
 * </ul>
 *
 * <p>Weights: {@code kernel [kernelSize…, filters, channels]}, {@code bias [filters]}.
 *
 * <p>Before 3.15, Keras on PyTorch cut the larger half off in front where the span less the stride is odd, and warned of
 * "inconsistencies across backends", which is done for files written there. Keras 2 on Theano cuts off {@code floor(span / 2)} in
 * front, whatever the stride.
 *
 * <p>Source: {@code keras.layers.Conv1DTranspose}, {@code Conv2DTranspose} and {@code Conv3DTranspose}.
 */
public abstract class TransposedConvolution extends ConvolvingLayer {
    private static final List<Padding> PADDINGS = List.of(Padding.VALID, Padding.SAME);

    private final long filters;
    private final Optional<List<Long>> outputPadding;
    private final WeightOptions kernel;

    TransposedConvolution(String className, Builder<?> builder) {
        super(className, builder, PADDINGS);
        filters = builder.filters;
        outputPadding = builder.outputPadding;
        kernel = builder.kernel;
        if (filters < 1) {
            throw new IllegalArgumentException(className + ": " + filters + " filters (expected: >= 1)");
        }
        for (int i = 0; outputPadding.isPresent() && i < sliding().rank(); i++) {
            if (outputPadding.get().get(i) >= sliding().strides().get(i)) {
                throw new IllegalArgumentException(
                        className + ": output_padding " + outputPadding.get() + " and strides "
                                + sliding().strides() + " (expected: less padding than the stride, as Keras says)");
            }
        }
    }

    @Override
    public final void writeConfig(ObjectNode config) {
        config.put("filters", filters);
        super.writeConfig(config);
        outputPadding.ifPresent(padding -> Lengths.write(config, "output_padding", padding));
        kernel.write(config);
    }

    @Override
    final List<WeightSpec> kernels(long channels) {
        return List.of(kernel.weight("kernel", kernelShape(filters, channels)));
    }

    @Override
    final long filters(long channels) {
        return filters;
    }

    @Override
    Value seen(Ops ops, Value x) {
        return x;
    }

    @Override
    final Value convolve(LayerCall call, Value x) {
        List<Long> before = new ArrayList<>();
        List<Long> after = new ArrayList<>();
        List<Long> more = new ArrayList<>();
        for (int i = 0; i < sliding().rank(); i++) {
            Cut cut = cut(i, call);
            before.add(cut.before);
            after.add(Math.max(0, cut.after));
            more.add(Math.max(0, -cut.after));
        }
        Window window = Window.of(sliding().lengths())
                .withStrides(sliding().strides())
                .withDilations(sliding().dilations())
                .withPadding(before, after);
        return biasedTranspose(call, x, outFirst(call.ops(), call.weight("kernel")), window, more);
    }

    /**
     * How much of the whole result, {@code (n - 1) · stride + span} long, is cut off.
     *
     * @param before in front
     * @param after behind; if negative, what is added
     */
    private record Cut(long before, long after) {}

    private Cut cut(int axis, LayerCall call) {
        long stride = sliding().strides().get(axis);
        long span = (sliding().lengths().get(axis) - 1) * sliding().dilations().get(axis) + 1;
        Optional<Long> added = outputPadding.map(padding -> padding.get(axis));
        if (sliding().padding() == Padding.VALID) {
            return new Cut(0, -added.orElse(Math.max(span, stride) - span));
        }
        long all = added.map(padding -> span - span % 2 - padding).orElse(span - stride);
        long half = half(call, all, span);
        long before = Math.max(0, half);
        return new Cut(before, all - before);
    }

    private static long half(LayerCall call, long all, long span) {
        return switch (call.backend()) {
            case TORCH -> call.version().spreadsAlikeEverywhere() ? Math.floorDiv(all, 2) : -Math.floorDiv(-all, 2);
            case TENSORFLOW -> Math.floorDiv(all, 2);
            case THEANO -> span / 2;
        };
    }

    /**
     * Sets what differs from Keras's defaults.
     *
     * @param <L> the layer
     */
    public static final class Builder<L extends TransposedConvolution> extends ConvolutionBuilder<Builder<L>> {
        private final Function<Builder<L>, L> layer;
        private long filters;
        private Optional<List<Long>> outputPadding = Optional.empty();
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
            outputPadding = Lengths.find(config, "output_padding", rank, 0);
            kernel = kernel.read(config);
            return this;
        }

        /**
         * Sets how much longer the result is.
         *
         * @param outputPadding a number for each axis, or one for all; less than the stride
         * @return this builder
         */
        public Builder<L> outputPadding(long... outputPadding) {
            this.outputPadding = Optional.of(Lengths.of("output_padding", rank, 0, outputPadding));
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
