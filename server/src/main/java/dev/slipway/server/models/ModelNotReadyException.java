package dev.slipway.server.models;

import dev.slipway.graph.SlipwayException;

/** A version is known, and does not answer now. */
public abstract sealed class ModelNotReadyException extends SlipwayException
        permits ModelUnavailableException, ModelNotLoadedException, ModelOnDemandException {
    private static final long serialVersionUID = 1L;

    /** The model's name. */
    private final String name;

    /** The version that is meant; empty if the model has none. */
    private final String version;

    ModelNotReadyException(String name, String version, String message) {
        super(message);
        this.name = name;
        this.version = version;
    }

    /**
     * The model.
     *
     * @return its name
     */
    public String name() {
        return name;
    }

    /**
     * The version that is meant.
     *
     * @return the version; empty if the model has none
     */
    public String version() {
        return version;
    }
}
