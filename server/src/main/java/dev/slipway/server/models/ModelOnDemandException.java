package dev.slipway.server.models;

/** The model is known and answers, but has to be loaded before. */
public final class ModelOnDemandException extends ModelNotReadyException {
    private static final long serialVersionUID = 1L;

    ModelOnDemandException(String name, String version) {
        super(name, version, "model '" + name + "' version " + version + ": on demand (expected: one that is loaded)");
    }
}
