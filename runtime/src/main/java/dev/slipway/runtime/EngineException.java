package dev.slipway.runtime;

import ai.onnxruntime.OrtException;
import dev.slipway.graph.SlipwayException;

/** ONNX Runtime refused or failed to load or run a graph; the cause is its own message. */
public final class EngineException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    /** Whether the engine says that what it was given is at fault. */
    private final boolean refusesInput;

    EngineException(String message, Throwable cause) {
        super(message + ": " + cause.getMessage(), cause);
        refusesInput = cause instanceof OrtException engine
                && engine.getCode() == OrtException.OrtErrorCode.ORT_INVALID_ARGUMENT;
    }

    /**
     * Whether the fault lies in the values of an input, such as an index that is in no table.
     *
     * @return true if the engine says so
     */
    public boolean refusesInput() {
        return refusesInput;
    }
}
