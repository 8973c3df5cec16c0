package dev.slipway.server.models;

import dev.slipway.graph.SlipwayException;
import java.util.List;

/** There is no such model, version or label. */
public final class ModelNotFoundException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    /** What is not there: {@code model}, {@code version} or {@code label}. */
    private final String part;

    /** What was asked for. */
    private final String value;

    /** What could be asked for, in words. */
    private final String expected;

    private ModelNotFoundException(String part, String value, String expected) {
        super(part + " '" + value + "' (expected: " + expected + ")");
        this.part = part;
        this.value = value;
        this.expected = expected;
    }

    static ModelNotFoundException model(String name, List<String> known) {
        return new ModelNotFoundException("model", name, "one of the served models " + known);
    }

    static ModelNotFoundException version(String version, List<String> known) {
        return new ModelNotFoundException("version", version, "one of " + known);
    }

    static ModelNotFoundException label(String label, List<String> known) {
        return new ModelNotFoundException("label", label, "one of " + known);
    }

    /**
     * What is not there.
     *
     * @return {@code model}, {@code version} or {@code label}
     */
    public String part() {
        return part;
    }

    /**
     * What was asked for.
     *
     * @return the name that is unknown
     */
    public String value() {
        return value;
    }

    /**
     * What could be asked for.
     *
     * @return the names that are known, in words
     */
    public String expected() {
        return expected;
    }
}
