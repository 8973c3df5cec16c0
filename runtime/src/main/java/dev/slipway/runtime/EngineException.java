package dev.slipway.runtime;

import dev.slipway.graph.SlipwayException;

/** ONNX Runtime refused or failed to load or run a graph; the cause is its own message. */
public final class EngineException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    EngineException(String message, Throwable cause) {
        super(message + ": " + cause.getMessage(), cause);
    }
}
