package dev.slipway.keras.config;

import dev.slipway.graph.SlipwayException;

/** A configuration has a value that breaks its rules or that Slipway does not support; the message says which and why. */
public final class ConfigException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message subject, value found, what was expected
     */
    public ConfigException(String message) {
        super(message);
    }

    /**
     * Creates the exception with what it was found by.
     *
     * @param message subject, value found, what was expected
     * @param cause the failure underneath
     */
    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
