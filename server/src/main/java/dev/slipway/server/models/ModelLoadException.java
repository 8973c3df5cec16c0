package dev.slipway.server.models;

import dev.slipway.graph.SlipwayException;

/** A model was to be loaded and cannot be. */
public final class ModelLoadException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    /**
     * Names the model.
     *
     * @param name the model
     * @param why why it cannot be loaded
     */
    public ModelLoadException(String name, String why) {
        super("model '" + name + "': " + why);
    }
}
