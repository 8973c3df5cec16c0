package dev.slipway.keras.losses;

import dev.slipway.graph.SlipwayException;

/** A target for which a loss has no number, such as a class that an output does not have. */
public final class TargetException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    /** The name of the output that should give it. */
    private final String output;

    /** The row's number, from 0, in what was looked at. */
    private final long row;

    /** What was found and what was expected. */
    private final String problem;

    /**
     * A target of no file.
     *
     * @param output the name of the output that should give it
     * @param row the row's number, from 0, in what was looked at
     * @param problem what was found and what was expected
     */
    TargetException(String output, long row, String problem) {
        this("target of '" + output + "', row " + row, output, row, problem);
    }

    private TargetException(String place, String output, long row, String problem) {
        super(place + ": " + problem);
        this.output = output;
        this.row = row;
        this.problem = problem;
    }

    /**
     * The row's number.
     *
     * @return from 0, in what was looked at
     */
    public long row() {
        return row;
    }

    /**
     * The same with the place of the target in its file.
     *
     * @param place file, row and column
     * @return the exception, to be thrown
     */
    public TargetException at(String place) {
        return new TargetException(place, output, row, problem + ", as target of '" + output + "'");
    }
}
