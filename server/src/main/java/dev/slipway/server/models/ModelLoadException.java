package dev.slipway.server.models;

import dev.slipway.graph.SlipwayException;

/** A model was to be loaded and cannot be. */
public final class ModelLoadException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    /** Whether there is nothing wrong with the model, but no room for it now. */
    private final boolean forWantOfMemory;

    /**
     * Names the model.
     *
     * @param name the model
     * @param why why it cannot be loaded
     */
    public ModelLoadException(String name, String why) {
        this(name, why, false);
    }

    private ModelLoadException(String name, String why, boolean forWantOfMemory) {
        super("model '" + name + "': " + why);
        this.forWantOfMemory = forWantOfMemory;
    }

    /**
     * Names a model for which there is no room now, and may be later.
     *
     * @param name the model
     * @param why what takes the memory
     * @return the exception
     */
    public static ModelLoadException noMemory(String name, String why) {
        return new ModelLoadException(name, why, true);
    }

    /**
     * Whether there is nothing wrong with the model, but no room for it now.
     *
     * @return true where others must be unloaded first
     */
    public boolean isForWantOfMemory() {
        return forWantOfMemory;
    }
}
