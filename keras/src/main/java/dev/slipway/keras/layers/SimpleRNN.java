package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;

/**
 * A simple recurrent network: {@link SimpleRNNCell} applied to every step of {@code [batch, time, features]}, as
 * {@link RNN} says.
 *
 * <p>Where ONNX knows the activation, all steps are one {@code RNN} operator.
 *
 * <p>Source: {@code keras.layers.SimpleRNN}.
 */
public final class SimpleRNN extends RNN {
    private SimpleRNN(String name, boolean trainable, SimpleRNNCell cell, SequenceOptions options) {
        super(name, trainable, cell, options);
    }

    /**
     * A layer that gives the last output, with Keras's defaults.
     *
     * @param units the length of the output
     * @return the layer
     */
    public static SimpleRNN of(int units) {
        return of(units, SequenceOptions.lastOutput());
    }

    /**
     * A layer with Keras's defaults for its cell.
     *
     * @param units the length of the outputs
     * @param options how to go through the sequences and what to give
     * @return the layer
     */
    public static SimpleRNN of(int units, SequenceOptions options) {
        return of(CellOptions.of(units), options);
    }

    /**
     * A layer.
     *
     * @param cell the units, functions and weights
     * @param options how to go through the sequences and what to give
     * @return the layer
     */
    public static SimpleRNN of(CellOptions cell, SequenceOptions options) {
        return new SimpleRNN("", true, new SimpleRNNCell("simple_rnn_cell", true, cell), options);
    }

    static SimpleRNN read(String name, Config config) {
        boolean trainable = config.truth("trainable", true);
        return new SimpleRNN(
                name, trainable, SimpleRNNCell.read("simple_rnn_cell", config), SequenceOptions.read(config));
    }

    @Override
    public String className() {
        return "SimpleRNN";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        options().write(config);
        cell().writeConfig(config);
    }

    @Override
    SimpleRNN copy(String name, SequenceOptions changed) {
        return new SimpleRNN(name, isTrainable(), (SimpleRNNCell) cell(), changed);
    }
}
