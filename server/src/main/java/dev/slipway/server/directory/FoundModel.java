package dev.slipway.server.directory;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A model in the directory.
 *
 * @param name its name
 * @param versions its versions
 * @param serving its {@code serving.json}, if it has one
 */
record FoundModel(String name, Map<String, Version> versions, Optional<Path> serving) {
    /**
     * One version.
     *
     * @param file the file with the model; where there is no such file, the folder in which one should be
     * @param problem why it cannot be loaded; empty if nothing speaks against it
     */
    record Version(Path file, String problem) {}
}
