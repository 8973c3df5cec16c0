package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.graph.Window;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A step of {@link LSTMCell} whose products are convolutions: of the input with the layer's strides and padding, and of the
 * state, which keeps its lengths. A step's input is {@code [batch, …, channels]}, a state {@code [batch, …, filters]}, or
 * with the channels in front.
 *
 * <p>Weights: {@code kernel [kernelSize…, channels, 4 · filters]}, {@code recurrent_kernel [kernelSize…, filters,
 * 4 · filters]}, {@code bias [4 · filters]}.
 *
 * <p>Source: {@code keras.src.layers.rnn.conv_lstm.ConvLSTMCell}.
 */
final class ConvLSTMCell extends RecurrentCell {
    private static final int GATES = 4;
    private static final List<Padding> PADDINGS = List.of(Padding.VALID, Padding.SAME);

    private final CellOptions options;
    private final Sliding sliding;
    private final DataFormat format;
    private final boolean unitForgetBias;

    private ConvLSTMCell(
            boolean trainable, CellOptions options, Sliding sliding, DataFormat format, boolean unitForgetBias) {
        super("conv_lstm_cell", trainable);
        this.options = options;
        this.sliding = sliding;
        this.format = format;
        this.unitForgetBias = unitForgetBias;
    }

    static ConvLSTMCell of(CellOptions options, int rank, String padding, long... kernelSize) {
        List<Long> lengths = Lengths.of("kernel_size", rank, 1, kernelSize);
        Sliding sliding = Sliding.of(lengths, Collections.nCopies(rank, 1L), Padding.named(padding, PADDINGS));
        return new ConvLSTMCell(true, options, sliding, DataFormat.CHANNELS_LAST, true);
    }

    static ConvLSTMCell read(int rank, Config config) {
        Sliding sliding = new Sliding(
                Lengths.read(config, "kernel_size", rank, 1),
                Lengths.read(config, "strides", rank, 1, 1),
                Lengths.read(config, "dilation_rate", rank, 1, 1),
                Padding.read(config, PADDINGS));
        return new ConvLSTMCell(
                config.truth("trainable", true),
                CellOptions.read(config, config.integer("filters")),
                sliding,
                DataFormat.read(config),
                config.truth("unit_forget_bias", true));
    }

    @Override
    public String className() {
        return "ConvLSTMCell";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("filters", options.units());
        Lengths.write(config, "kernel_size", sliding.lengths());
        Lengths.write(config, "strides", sliding.strides());
        Lengths.write(config, "dilation_rate", sliding.dilations());
        config.put("padding", sliding.padding().kerasName()).put("data_format", format.kerasName());
        config.put("unit_forget_bias", unitForgetBias);
        options.write(config, true);
    }

    @Override
    public List<Shape> states(Shape input) {
        requireInput(input);
        List<Dimension> dimensions = new ArrayList<>(List.of(input.dimension(0)));
        int[] axes = format.spatialAxes(input.rank());
        for (int i = 0; i < axes.length; i++) {
            dimensions.add(Dimension.of(places(input.size(axes[i]), i)));
        }
        Dimension filters = Dimension.of(options.units());
        dimensions.add(format == DataFormat.CHANNELS_LAST ? dimensions.size() : 1, filters);
        Shape state = Shape.of(dimensions);
        return List.of(state, state);
    }

    private long places(long length, int axis) {
        long stride = sliding.strides().get(axis);
        long span = (sliding.lengths().get(axis) - 1) * sliding.dilations().get(axis) + 1;
        if (sliding.padding() == Padding.VALID && span > length) {
            throw new IllegalArgumentException(
                    this + ": a kernel over " + span + " elements on an axis of " + length + " (expected: as many)");
        }
        return sliding.padding() == Padding.SAME ? (length + stride - 1) / stride : (length - span) / stride + 1;
    }

    private void requireInput(Shape input) {
        format.requireRank(this, input, sliding.rank());
        if (!input.slice(1, input.rank()).isKnown()) {
            throw new IllegalArgumentException(
                    this + ": step of shape " + input + " (expected: only the batch unknown)");
        }
    }

    @Override
    public List<WeightSpec> weights(List<Shape> inputs) {
        requireInput(inputs.get(0));
        long filters = options.units();
        long channels = inputs.get(0).size(format.channelAxis());
        List<WeightSpec> weights = new ArrayList<>();
        weights.add(options.weight("kernel", "kernel", kernel(channels, 4 * filters)));
        weights.add(options.weight("recurrent", "recurrent_kernel", kernel(filters, 4 * filters)));
        if (options.hasBias()) {
            WeightSpec bias = options.weight("bias", "bias", Shape.of(4 * filters));
            weights.add(unitForgetBias ? ForgetBias.of(bias) : bias);
        }
        weights.addAll(options.randomState());
        return weights;
    }

    private Shape kernel(long in, long out) {
        LongStream lengths = sliding.lengths().stream().mapToLong(Long::longValue);
        return Shape.of(LongStream.concat(lengths, LongStream.of(in, out)).toArray());
    }

    @Override
    public Step step(LayerCall call, List<Value> states) {
        return step(call, states, CellMasks.NONE);
    }

    @Override
    Steps steps(LayerCall around, Value input) {
        CellMasks masks = options.masks(around, GATES, input, states(input.shape()));
        return (call, states) -> step(call, states, masks);
    }

    private Step step(LayerCall call, List<Value> states, CellMasks masks) {
        options.requireInference(this, call);
        Ops ops = call.ops();
        Sliding same = Sliding.of(sliding.lengths(), Collections.nCopies(sliding.rank(), 1L), Padding.SAME);
        Value fromX = convolved(call, "kernel", masks.input(), call.input(), sliding);
        Value fromH = convolved(call, "recurrent_kernel", masks.state(), states.get(0), same);
        Value both = ops.add(fromX, fromH);
        Value biased = options.hasBias() ? ops.add(both, overPlaces(ops, call.weight("bias"))) : both;
        Value sum = format.fromChannelsFirst(ops, biased);
        int filters = options.units();
        List<Value> gates = ops.split(sum, format.channelAxis(), filters, filters, filters, filters);
        return LSTMCell.step(ops, options, gates, states.get(1));
    }

    /** The convolutions, channels first, of what the gates see with their kernels, which lie side by side. */
    private Value convolved(LayerCall call, String weight, List<Value> masks, Value x, Sliding sliding) {
        Ops ops = call.ops();
        Value kernel = ConvolvingLayer.outFirst(ops, call.weight(weight));
        if (masks.isEmpty()) {
            return convolved(call, x, kernel, sliding);
        }
        int filters = options.units();
        List<Value> kernels = ops.split(kernel, 0, filters, filters, filters, filters);
        List<Value> parts = new ArrayList<>();
        for (int gate = 0; gate < GATES; gate++) {
            parts.add(convolved(call, ops.mul(x, masks.get(gate)), kernels.get(gate), sliding));
        }
        return ops.concat(parts, 1);
    }

    private Value convolved(LayerCall call, Value x, Value kernel, Sliding sliding) {
        Value first = format.toChannelsFirst(call.ops(), x);
        Window window = SamePadding.CONVOLUTION.window(call.backend(), sliding, first.shape());
        return call.ops().conv(first, kernel, window, 1);
    }

    /** A number for each channel as a tensor that is stretched over all places, channels first. */
    private Value overPlaces(Ops ops, Value numbers) {
        return ops.unsqueeze(numbers, IntStream.rangeClosed(1, sliding.rank()).toArray());
    }
}
