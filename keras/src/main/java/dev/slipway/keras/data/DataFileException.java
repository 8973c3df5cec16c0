package dev.slipway.keras.data;

import dev.slipway.graph.SlipwayException;

/** A data file breaks its format or has data that is not supported; the message names the file and the place. */
public final class DataFileException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    /**
     * Says what is broken.
     *
     * @param message naming file and place
     */
    public DataFileException(String message) {
        super(message);
    }
}
