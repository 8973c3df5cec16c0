package dev.slipway.server.models;

/** A model that is loaded on demand was not loaded in time: try again later. */
public final class ModelNotLoadedException extends ModelNotReadyException {
    private static final long serialVersionUID = 1L;

    /**
     * Names the version.
     *
     * @param name the model
     * @param version the version
     * @param why what stands in the way
     */
    public ModelNotLoadedException(String name, String version, String why) {
        super(name, version, "model '" + name + "' version " + version + ": " + why + "; try again later");
    }
}
