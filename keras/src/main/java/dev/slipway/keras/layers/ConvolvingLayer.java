package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.graph.Window;
import dev.slipway.keras.activations.Activation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** What all layers share that move a kernel: {@code activation(convolution(x) + bias)}. */
abstract class ConvolvingLayer extends Layer {
    private final String className;
    private final Sliding sliding;
    private final DataFormat format;
    private final Activation activation;
    private final boolean useBias;
    private final WeightOptions bias;
    private final KeptConfig kept;

    ConvolvingLayer(String className, ConvolutionBuilder<?> builder, List<Padding> paddings) {
        super(builder.name, builder.trainable);
        this.className = className;
        sliding = builder.sliding(paddings);
        format = builder.format;
        activation = builder.activation;
        useBias = builder.useBias;
        bias = builder.bias;
        kept = builder.kept;
    }

    @Override
    public final String className() {
        return className;
    }

    final Sliding sliding() {
        return sliding;
    }

    @Override
    public void writeConfig(ObjectNode config) {
        Lengths.write(config, "kernel_size", sliding.lengths());
        Lengths.write(config, "strides", sliding.strides());
        Lengths.write(config, "dilation_rate", sliding.dilations());
        config.put("padding", sliding.padding().kerasName()).put("data_format", format.kerasName());
        LayerConfig.write(config, "activation", activation);
        config.put("use_bias", useBias);
        bias.write(config);
        kept.write(config);
    }

    @Override
    public final List<WeightSpec> weights(List<Shape> inputs) {
        long channels = channels(inputs.get(0));
        List<WeightSpec> weights = new ArrayList<>(kernels(channels));
        if (useBias) {
            weights.add(bias.weight("bias", Shape.of(filters(channels))));
        }
        return weights;
    }

    private long channels(Shape input) {
        format.requireRank(this, input, sliding.rank());
        Dimension channels = input.dimension(format.channelAxis());
        if (!channels.isKnown() || channels.size() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    this + ": input of shape " + input + " (expected: a known number of channels, below 2^31)");
        }
        return channels.size();
    }

    /** The kernels for an input of so many channels. */
    abstract List<WeightSpec> kernels(long channels);

    /** How many channels the result has. */
    abstract long filters(long channels);

    /** The kernel's lengths and some more behind them, as Keras lays kernels out. */
    final Shape kernelShape(long... last) {
        return Shape.of(LongStream.concat(sliding.lengths().stream().mapToLong(Long::longValue), Arrays.stream(last))
                .toArray());
    }

    @Override
    public final List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        kept.requireInference(this, call);
        channels(call.input().shape());
        Value result = convolve(call, seen(ops, format.toChannelsFirst(ops, call.floatingInput())));
        return List.of(activation.apply(ops, format.fromChannelsFirst(ops, result)));
    }

    /** The convolution of {@code [batch, channels, …]} and the bias. */
    abstract Value convolve(LayerCall call, Value x);

    /** What windows see of the input; transposed ones see all. */
    Value seen(Ops ops, Value x) {
        return sliding.seen(ops, x);
    }

    /** A convolution with a kernel in ONNX's layout, and the bias if there is one. */
    final Value biased(LayerCall call, Value x, Value kernel, Window window, long groups) {
        Ops ops = call.ops();
        return useBias ? ops.conv(x, kernel, call.weight("bias"), window, groups) : ops.conv(x, kernel, window, groups);
    }

    /** A transposed convolution with a kernel in ONNX's layout, and the bias if there is one. */
    final Value biasedTranspose(LayerCall call, Value x, Value kernel, Window window, List<Long> more) {
        Ops ops = call.ops();
        return useBias
                ? ops.convTranspose(x, kernel, call.weight("bias"), window, more)
                : ops.convTranspose(x, kernel, window, more);
    }

    /** {@code […, in, out]} as {@code [out, in, …]}. */
    static Value outFirst(Ops ops, Value kernel) {
        int rank = kernel.shape().rank();
        int[] permutation = new int[rank];
        Arrays.setAll(permutation, i -> i < 2 ? rank - 1 - i : i - 2);
        return ops.transpose(kernel, permutation);
    }

    /** {@code […, channels, multiplier]} as the kernel {@code [channels · multiplier, 1, …]} of as many groups as channels. */
    static Value depthwise(Ops ops, Value kernel) {
        int rank = kernel.shape().rank();
        int[] permutation = new int[rank];
        Arrays.setAll(permutation, i -> i < 2 ? rank - 2 + i : i - 2);
        Shape shape = kernel.shape();
        Shape lengths = shape.slice(0, rank - 2);
        long filters = shape.size(-2) * shape.size(-1);
        long[] grouped = LongStream.concat(LongStream.of(filters, 1), Arrays.stream(lengths.toArray()))
                .toArray();
        return ops.reshape(ops.transpose(kernel, permutation), Shape.of(grouped));
    }
}
