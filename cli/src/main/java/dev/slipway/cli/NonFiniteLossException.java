package dev.slipway.cli;

import dev.slipway.graph.SlipwayException;

/** The loss of a training is no number any more. */
final class NonFiniteLossException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    NonFiniteLossException(double loss, int epoch, int batch) {
        this(loss, "at epoch " + (epoch + 1) + ", batch " + (batch + 1));
    }

    /** At the end of a training whose callbacks looked on. */
    NonFiniteLossException(double loss, int epochs) {
        this(loss, "after epoch " + epochs + ", and so nothing is saved");
    }

    private NonFiniteLossException(double loss, String place) {
        super("loss: " + loss + " (expected: a finite number), " + place
                + "; look for NaN or very large numbers in the data, lower the learning rate, or clip gradients"
                + " (optimizer: {Adam: {clipnorm: 1.0}})");
    }
}
