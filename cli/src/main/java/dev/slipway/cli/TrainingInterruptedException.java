package dev.slipway.cli;

import dev.slipway.graph.SlipwayException;

/** A training was told to stop before its end; the message says how it goes on. */
final class TrainingInterruptedException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    TrainingInterruptedException(String message) {
        super(message);
    }
}
