package dev.slipway.keras.config;

import dev.slipway.graph.SlipwayException;
import java.util.List;

/** A configuration has a value that breaks its rules or that Slipway does not support; the message says which and why. */
public final class ConfigException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    /** One message each. */
    private final List<String> problems;

    /**
     * Creates the exception.
     *
     * @param message subject, value found, what was expected
     */
    public ConfigException(String message) {
        super(message);
        problems = List.of(message);
    }

    /**
     * Creates the exception with what it was found by.
     *
     * @param message subject, value found, what was expected
     * @param cause the failure underneath
     */
    public ConfigException(String message, Throwable cause) {
        super(message, cause);
        problems = List.of(message);
    }

    /**
     * Creates the exception for several problems found at once.
     *
     * @param problems one or more messages
     */
    public ConfigException(List<String> problems) {
        super(
                problems.size() == 1
                        ? problems.get(0)
                        : problems.size() + " layers are not supported: " + String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    /**
     * Every problem that was found.
     *
     * @return one or more messages
     */
    public List<String> problems() {
        return problems;
    }
}
