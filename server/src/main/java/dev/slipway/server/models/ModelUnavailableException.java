package dev.slipway.server.models;

import dev.slipway.graph.SlipwayException;

/** The model is known but cannot answer now. */
public final class ModelUnavailableException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    ModelUnavailableException(ModelAddress address, String why) {
        super("model " + address + ": " + why + " (expected: a version that is ready)");
    }
}
