package dev.slipway.server.models;

/** Where the models of a repository come from, and who lets them come and go. Safe for use by several threads. */
public interface ModelSource extends AutoCloseable {
    /** Publishes what is there, and from then on follows what changes. Returns when every model has been tried once. */
    void begin();

    /**
     * Loads what a model has that is not loaded yet, or has changed since. Blocks, so not for an event loop.
     *
     * @param name the model's name
     * @throws ModelNotFoundException if there is no such model
     * @throws ModelLoadException if it cannot be loaded; what answered before answers on
     */
    void load(String name);

    /**
     * Lets a model answer no more until it is {@link #load loaded} again. Blocks, so not for an event loop.
     *
     * @param name the model's name
     * @throws ModelNotFoundException if there is no such model
     */
    void unload(String name);

    /** Follows changes no more. The models stay. */
    @Override
    void close();
}
