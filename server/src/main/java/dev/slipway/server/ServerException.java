package dev.slipway.server;

import dev.slipway.graph.SlipwayException;

/** A server cannot start. */
public final class ServerException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    ServerException(String message, Throwable cause) {
        super(message, cause);
    }
}
