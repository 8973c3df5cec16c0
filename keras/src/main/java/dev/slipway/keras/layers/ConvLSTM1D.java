package dev.slipway.keras.layers;

import dev.slipway.keras.config.Config;

/**
 * A convolutional LSTM over images of 1 axis.
 *
 * <p>Source: {@code keras.layers.ConvLSTM1D}.
 */
public final class ConvLSTM1D extends ConvLSTM {
    private ConvLSTM1D(String name, boolean trainable, RecurrentCell cell, SequenceOptions options) {
        super(name, trainable, cell, options);
    }

    /**
     * A layer that gives the last output, with Keras's defaults.
     *
     * @param filters how many channels the result has, 1 or more
     * @param kernelSize the kernel's length along each axis, or one number for all; 1 or more
     * @return the layer
     */
    public static ConvLSTM1D of(int filters, long... kernelSize) {
        return of(CellOptions.of(filters), SequenceOptions.lastOutput(), "valid", kernelSize);
    }

    /**
     * A layer.
     *
     * @param cell the filters, functions and weights
     * @param options how to go through the sequences and what to give
     * @param padding {@code valid}, or {@code same} for results as long as the input
     * @param kernelSize the kernel's length along each axis, or one number for all; 1 or more
     * @return the layer
     */
    public static ConvLSTM1D of(CellOptions cell, SequenceOptions options, String padding, long... kernelSize) {
        return new ConvLSTM1D("", true, ConvLSTMCell.of(cell, 1, padding, kernelSize), options);
    }

    static ConvLSTM1D read(String name, Config config) {
        ConvLSTMCell cell = ConvLSTMCell.read(1, config);
        return new ConvLSTM1D(name, config.truth("trainable", true), cell, SequenceOptions.read(config));
    }

    @Override
    public String className() {
        return "ConvLSTM1D";
    }

    @Override
    ConvLSTM1D copy(String name, SequenceOptions changed) {
        return new ConvLSTM1D(name, isTrainable(), cell(), changed);
    }
}
