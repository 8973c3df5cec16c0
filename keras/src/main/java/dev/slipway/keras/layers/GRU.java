package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;

/**
 * Gated recurrent units: {@link GRUCell} applied to every step of {@code [batch, time, features]}, as
 * {@link RNN} says.
 *
 * <p>Where ONNX knows the activations, all steps are one {@code GRU} operator.
 *
 * <p>Source: {@code keras.layers.GRU}.
 */
public final class GRU extends RNN {
    private GRU(String name, boolean trainable, GRUCell cell, SequenceOptions options) {
        super(name, trainable, cell, options);
    }

    /**
     * A layer that gives the last output, with Keras's defaults.
     *
     * @param units the length of the output
     * @return the layer
     */
    public static GRU of(int units) {
        return of(units, SequenceOptions.lastOutput());
    }

    /**
     * A layer with Keras's defaults for its cell.
     *
     * @param units the length of the outputs
     * @param options how to go through the sequences and what to give
     * @return the layer
     */
    public static GRU of(int units, SequenceOptions options) {
        return of(CellOptions.of(units), options);
    }

    /**
     * A layer.
     *
     * @param cell the units, functions and weights
     * @param options how to go through the sequences and what to give
     * @return the layer
     */
    public static GRU of(CellOptions cell, SequenceOptions options) {
        return new GRU("", true, new GRUCell("gru_cell", true, cell, true), options);
    }

    /**
     * A layer whose reset gate is applied before the product, as in the first paper and in Keras 1.
     *
     * @param cell the units, functions and weights
     * @param options how to go through the sequences and what to give
     * @return the layer
     */
    public static GRU resetBefore(CellOptions cell, SequenceOptions options) {
        return new GRU("", true, new GRUCell("gru_cell", true, cell, false), options);
    }

    static GRU read(String name, Config config) {
        boolean trainable = config.truth("trainable", true);
        return new GRU(name, trainable, GRUCell.read("gru_cell", config), SequenceOptions.read(config));
    }

    @Override
    public String className() {
        return "GRU";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        options().write(config);
        cell().writeConfig(config);
    }

    @Override
    GRU copy(String name, SequenceOptions changed) {
        return new GRU(name, isTrainable(), (GRUCell) cell(), changed);
    }
}
