package dev.slipway.runtime;

import dev.slipway.graph.SlipwayException;

/** An input of a prediction has a value that the model has no answer for; whoever sent it is at fault. */
public final class RefusedInputException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what refuses, the value, what was expected
     */
    public RefusedInputException(String message) {
        super(message);
    }
}
