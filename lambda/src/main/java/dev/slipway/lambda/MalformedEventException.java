package dev.slipway.lambda;

import dev.slipway.graph.SlipwayException;

/** An event that its sender would not have made: what it holds cannot be sent on as an HTTP request. */
final class MalformedEventException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    MalformedEventException(String message) {
        super(message);
    }

    MalformedEventException(String message, Throwable cause) {
        super(message, cause);
    }
}
