package dev.slipway.server.models;

import dev.slipway.graph.SlipwayException;

/** The model is known and answers, but has to be loaded before. */
public final class ModelOnDemandException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    /** The model's name. */
    private final String name;

    /** The version that is meant. */
    private final String version;

    ModelOnDemandException(String name, String version) {
        super("model '" + name + "' version " + version + ": on demand (expected: one that is loaded)");
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
     * @return the version
     */
    public String version() {
        return version;
    }
}
