package dev.slipway.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where Slipway is installed. */
final class Home {
    private static final String PROPERTY = "slipway.home";

    private Home() {}

    /** A file of the examples. */
    static Path example(String name) {
        Path file =
                Path.of(System.getProperty(PROPERTY, "")).resolve("examples").resolve(name);
        if (Files.notExists(file)) {
            throw new IllegalStateException(file + ": no such file (expected: the system property " + PROPERTY
                    + " names the directory of slipway; its launcher sets it)");
        }
        return file;
    }
}
