package dev.slipway.server.models;

/** The model is known but cannot answer now. */
public final class ModelUnavailableException extends ModelNotReadyException {
    private static final long serialVersionUID = 1L;

    ModelUnavailableException(ModelAddress address, String version, String why) {
        super(address.name(), version, "model " + address + ": " + why + " (expected: a version that is ready)");
    }
}
