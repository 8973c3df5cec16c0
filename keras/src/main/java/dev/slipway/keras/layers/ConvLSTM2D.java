package dev.slipway.keras.layers;

import dev.slipway.keras.config.Config;

/**
 * A convolutional LSTM over images of 2 axes.
 *
 * <p>Source: {@code keras.layers.ConvLSTM2D}.
 */
public final class ConvLSTM2D extends ConvLSTM {
    private ConvLSTM2D(String name, boolean trainable, RecurrentCell cell, SequenceOptions options) {
        super(name, trainable, cell, options);
    }

    /**
     * A layer that gives the last output, with Keras's defaults.
     *
     * @param filters how many channels the result has, 1 or more
     * @param kernelSize the kernel's length along each axis, or one number for all; 1 or more
     * @return the layer
     */
    public static ConvLSTM2D of(int filters, long... kernelSize) {
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
    public static ConvLSTM2D of(CellOptions cell, SequenceOptions options, String padding, long... kernelSize) {
        return new ConvLSTM2D("", true, ConvLSTMCell.of(cell, 2, padding, kernelSize), options);
    }

    static ConvLSTM2D read(String name, Config config) {
        ConvLSTMCell cell = ConvLSTMCell.read(2, config);
        return new ConvLSTM2D(name, config.truth("trainable", true), cell, SequenceOptions.read(config));
    }

    @Override
    public String className() {
        return "ConvLSTM2D";
    }

    @Override
    ConvLSTM2D copy(String name, SequenceOptions changed) {
        return new ConvLSTM2D(name, isTrainable(), cell(), changed);
    }
}
