package dev.slipway.cli.io;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A format of data files, by the ending of their names. */
public enum Format {
    /** TensorFlow Serving's requests and answers. */
    JSON,
    /** Comma-separated values. */
    CSV,
    /** One numpy array. */
    NPY,
    /** Named numpy arrays. */
    NPZ,
    /** A Parquet file. */
    PARQUET;

    /**
     * The format that a file's name says.
     *
     * @param file the name
     * @return empty for another ending
     */
    public static Optional<Format> of(String file) {
        String lower = file.toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(format -> lower.endsWith("." + format.name().toLowerCase(Locale.ROOT)))
                .findFirst();
    }
}
