package dev.slipway.server.directory;

import dev.slipway.runtime.Predictor;
import java.nio.file.Path;

/** Knows the formats of files of models. Safe for use by several threads. */
public interface ModelLoader {
    /**
     * Whether a file is one of a model, by its name.
     *
     * @param file the file
     * @return true if {@link #load} is to be tried
     */
    boolean reads(Path file);

    /**
     * Loads a model.
     *
     * @param file the file
     * @return the model, to be closed by the caller
     * @throws RuntimeException if the file is broken, or holds what cannot be predicted with; the message is shown
     */
    Predictor load(Path file);
}
