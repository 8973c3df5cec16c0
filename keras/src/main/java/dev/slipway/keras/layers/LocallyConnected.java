package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.activations.Activation;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A convolution whose kernel is another one at each place: {@code activation(bias[place, f] + sum over i, c of x[stride ·
 * place + i, c] · kernel[place, i, c, f])}, {@code [batch, …, channels]} to {@code [batch, …, filters]}, or with the channels
 * in front.
 *
 * <p>Weights: {@code kernel}, laid out as {@link LocalKernel} says, and {@code bias [places…, filters]}. With the channels in
 * front, the bias is reshaped to {@code [filters, places…]} and not transposed, as Keras 2 does.
 *
 * <p>Source: {@code keras.layers.LocallyConnected1D} and {@code LocallyConnected2D} of Keras 2.15; Keras 3 has no such layer,
 * so that no file of it can hold one.
 */
abstract class LocallyConnected extends Layer {
    private final LocalKernel kernel;
    private final DataFormat format;
    private final Activation activation;
    private final boolean useBias;
    private final WeightOptions kernelOptions;
    private final WeightOptions biasOptions;
    private final KeptConfig kept;

    LocallyConnected(int rank, String name, Config config) {
        super(name, config.truth("trainable", true));
        format = DataFormat.read(config);
        kernel = LocalKernel.read(rank, config, format);
        activation = LayerConfig.activation(config, "activation", "linear");
        useBias = config.truth("use_bias", true);
        kernelOptions = WeightOptions.of("kernel", "glorot_uniform").read(config);
        biasOptions = WeightOptions.of("bias", "zeros").read(config);
        kept = KeptConfig.read(config, "activity_regularizer");
    }

    @Override
    public final void writeConfig(ObjectNode config) {
        kernel.write(config);
        config.put("data_format", format.kerasName());
        LayerConfig.write(config, "activation", activation);
        config.put("use_bias", useBias);
        kernelOptions.write(config);
        biasOptions.write(config);
        kept.write(config);
    }

    /** The axes but the batch, as if the channels were the last. */
    private LocalKernel.Places places(Shape input) {
        format.requireRank(this, input, kernel.rank());
        List<Long> lengths = new ArrayList<>();
        for (int axis : format.spatialAxes(input.rank())) {
            lengths.add(known(input, axis));
        }
        return kernel.over(lengths, known(input, format.channelAxis()));
    }

    private long known(Shape input, int axis) {
        Dimension length = input.dimension(axis);
        if (!length.isKnown() || length.size() > LocalKernel.MAX_LENGTH) {
            throw new IllegalArgumentException(this + ": input of shape " + input
                    + " (expected: only the batch unknown, and lengths up to " + LocalKernel.MAX_LENGTH + ")");
        }
        return length.size();
    }

    @Override
    public final List<WeightSpec> weights(List<Shape> inputs) {
        LocalKernel.Places places = places(inputs.get(0));
        List<WeightSpec> weights = new ArrayList<>(List.of(kernelOptions.weight("kernel", places.storedShape())));
        if (useBias) {
            weights.add(biasOptions.weight("bias", shape(places.lengths(), kernel.filters())));
        }
        return weights;
    }

    private static Shape shape(List<Long> lengths, long last) {
        return Shape.of(LongStream.concat(lengths.stream().mapToLong(Long::longValue), LongStream.of(last))
                .toArray());
    }

    @Override
    public final List<Value> call(LayerCall call) {
        kept.requireInference(this, call);
        Ops ops = call.ops();
        LocalKernel.Places places = places(call.input().shape());
        Value patches = places.patches(ops, format.toChannelsLast(ops, call.input()));
        Value products = ops.matMul(ops.transpose(patches, 1, 0, 2), places.byPlace(ops, call.weight("kernel")));
        Shape result = shape(places.lengths(), kernel.filters())
                .prepend(patches.shape().dimension(0));
        Value y = ops.reshape(ops.transpose(products, 1, 0, 2), result);
        boolean last = format == DataFormat.CHANNELS_LAST;
        Value placed = last ? y : DataFormat.CHANNELS_LAST.toChannelsFirst(ops, y);
        if (useBias) {
            Shape one = placed.shape().slice(1, placed.shape().rank());
            placed = ops.add(placed, ops.reshape(call.weight("bias"), one));
        }
        return List.of(activation.apply(ops, placed));
    }
}
