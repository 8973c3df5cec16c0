package dev.slipway.server.models;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

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
     * Loads a model as {@link #load(String)} does, from where somebody believes it to lie.
     *
     * @param name the model's name
     * @param place its file, or a folder that holds it
     * @throws ModelNotFoundException if there is no such model
     * @throws ModelLoadException if it lies elsewhere, or cannot be loaded
     */
    default void load(String name, Path place) {
        throw new ModelLoadException(name, place + " (expected: a server of a directory of models)");
    }

    /**
     * Lets a model answer no more until it is {@link #load loaded} again. Blocks, so not for an event loop.
     *
     * @param name the model's name
     * @throws ModelNotFoundException if there is no such model
     */
    void unload(String name);

    /**
     * Loads a version that is {@linkplain ModelState#ON_DEMAND on demand}. Returns at once; many who ask at the same time cause
     * one load.
     *
     * @param name the model's name
     * @param version the version
     * @return is completed when the version is no longer on demand: it answers or, if it cannot be loaded, is unavailable. Until
     *     all that hangs on it has run, the version cannot be unloaded again to make room. Fails with {@link
     *     ModelNotLoadedException} if there is no room for too long
     */
    default CompletionStage<Void> demand(String name, String version) {
        return CompletableFuture.failedFuture(
                new ModelNotLoadedException(name, version, "its source loads nothing on demand"));
    }

    /**
     * What stands in the way of a version that somebody waits for.
     *
     * @param name the model's name
     * @param version the version
     * @return why it could not be loaded when it was last tried; empty if it has not been tried, or nobody waits for it
     */
    default Optional<String> obstacle(String name, String version) {
        return Optional.empty();
    }

    /**
     * What its models take of what they may take.
     *
     * @return empty if they may take what they need
     */
    default Optional<ModelMemory> memory() {
        return Optional.empty();
    }

    /** Follows changes no more. The models stay. */
    @Override
    void close();
}
