package dev.slipway.graph;

/** The root of every exception that Slipway declares; the Javadoc of each subclass says what its reader should do. */
public abstract class SlipwayException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception with a message that names the subject, what was found and what was expected.
     *
     * @param message what happened, where, and what to do next
     */
    protected SlipwayException(String message) {
        super(message);
    }

    /**
     * Creates an exception with its cause.
     *
     * @param message what happened, where, and what to do next
     * @param cause the failure underneath
     */
    protected SlipwayException(String message, Throwable cause) {
        super(message, cause);
    }
}
