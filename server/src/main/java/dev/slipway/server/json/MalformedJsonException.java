package dev.slipway.server.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slipway.graph.SlipwayException;

/** A text is not JSON; says where it stops being so. */
public final class MalformedJsonException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    /** Counted from 1. */
    private final int line;

    /** In bytes, counted from 1. */
    private final int column;

    /**
     * Refuses a text.
     *
     * @param cause says where it is not JSON
     */
    public MalformedJsonException(JsonProcessingException cause) {
        this(cause.getOriginalMessage(), cause.getLocation() == null ? JsonLocation.NA : cause.getLocation(), cause);
    }

    private MalformedJsonException(String problem, JsonLocation at, JsonProcessingException cause) {
        super("not JSON at line " + at.getLineNr() + ", column " + at.getColumnNr() + ": " + problem, cause);
        this.line = at.getLineNr();
        this.column = at.getColumnNr();
    }

    /**
     * The line of the fault.
     *
     * @return counted from 1
     */
    public int line() {
        return line;
    }

    /**
     * The column of the fault.
     *
     * @return bytes, counted from 1
     */
    public int column() {
        return column;
    }
}
