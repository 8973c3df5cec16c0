package dev.slipway.keras.saving;

import dev.slipway.graph.SlipwayException;
import java.nio.file.Path;

/** The bytes of a model file break their format: get a good file. */
public final class MalformedFileException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    MalformedFileException(Path file, String problem) {
        super(file + ": " + problem);
    }

    MalformedFileException(Path file, String problem, Throwable cause) {
        super(file + ": " + problem, cause);
    }
}
