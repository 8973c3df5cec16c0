package dev.slipway.server.directory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;

/**
 * What tells one content of a file from another without reading it.
 *
 * @param bytes its length
 * @param modifiedMillis when it was written last, in milliseconds since 1970
 * @param key which file it is, where the file system says so: another one after a rename
 */
record Stamp(long bytes, long modifiedMillis, String key) {
    /** The stamp of a file; empty if it has just gone. */
    static Optional<Stamp> of(Path file) {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(
                    new Stamp(now.size(), now.lastModifiedTime().toMillis(), Objects.toString(now.fileKey(), "")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
