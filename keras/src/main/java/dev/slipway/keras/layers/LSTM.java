package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;

/**
 * Long short-term memory: {@link LSTMCell} applied to every step of {@code [batch, time, features]}, as
 * {@link RNN} says.
 *
 * <p>Where ONNX knows the activations, all steps are one {@code LSTM} operator.
 *
 * <p>Source: {@code keras.layers.LSTM}.
 */
public final class LSTM extends RNN {
    private LSTM(String name, boolean trainable, LSTMCell cell, SequenceOptions options) {
        super(name, trainable, cell, options);
    }

    /**
     * A layer that gives the last output, with Keras's defaults.
     *
     * @param units the length of the output
     * @return the layer
     */
    public static LSTM of(int units) {
        return of(units, SequenceOptions.lastOutput());
    }

    /**
     * A layer with Keras's defaults for its cell.
     *
     * @param units the length of the outputs
     * @param options how to go through the sequences and what to give
     * @return the layer
     */
    public static LSTM of(int units, SequenceOptions options) {
        return of(CellOptions.of(units), options);
    }

    /**
     * A layer.
     *
     * @param cell the units, functions and weights
     * @param options how to go through the sequences and what to give
     * @return the layer
     */
    public static LSTM of(CellOptions cell, SequenceOptions options) {
        return new LSTM("", true, new LSTMCell("lstm_cell", true, cell, true), options);
    }

    static LSTM read(String name, Config config) {
        boolean trainable = config.truth("trainable", true);
        return new LSTM(name, trainable, LSTMCell.read("lstm_cell", config), SequenceOptions.read(config));
    }

    @Override
    public String className() {
        return "LSTM";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        options().write(config);
        cell().writeConfig(config);
    }

    @Override
    LSTM copy(String name, SequenceOptions changed) {
        return new LSTM(name, isTrainable(), (LSTMCell) cell(), changed);
    }
}
