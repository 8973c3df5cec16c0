package dev.slipway.server.security;

import dev.slipway.graph.SlipwayException;

/** A file of keys or certificates, or the settings about them, cannot be used; the message says where and what to do. */
public final class SecurityConfigException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message subject, value found, what was expected, where
     */
    public SecurityConfigException(String message) {
        super(message);
    }

    /**
     * Creates the exception with its cause.
     *
     * @param message subject, value found, what was expected, where
     * @param cause the failure underneath
     */
    public SecurityConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
