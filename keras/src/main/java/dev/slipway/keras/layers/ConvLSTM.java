package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A convolutional LSTM over a sequence of images: {@code [batch, time, …, channels]} to {@code [batch, …, filters]} or
 * {@code [batch, time, …, filters]}, or with the channels in front of the image's axes. Masks and states are as in
 * {@link RNN}.
 *
 * <p>Source: {@code keras.layers.ConvLSTM1D}, {@code ConvLSTM2D} and {@code ConvLSTM3D}.
 */
public abstract sealed class ConvLSTM extends RNN permits ConvLSTM1D, ConvLSTM2D, ConvLSTM3D {
    ConvLSTM(String name, boolean trainable, RecurrentCell cell, SequenceOptions options) {
        super(name, trainable, cell, options);
    }

    @Override
    public final void writeConfig(ObjectNode config) {
        options().write(config);
        cell().writeConfig(config);
    }
}
