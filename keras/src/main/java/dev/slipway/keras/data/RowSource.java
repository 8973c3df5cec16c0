package dev.slipway.keras.data;

import java.util.OptionalLong;

/**
 * Rows to learn from or to be judged by, which need not all be in memory. They are seen in passes, each from the first row
 * to the last.
 */
public interface RowSource {
    /**
     * What a row consists of.
     *
     * @return the same at every call
     */
    RowSpec spec();

    /**
     * The number of rows of a pass.
     *
     * @return empty if only a pass can tell
     */
    OptionalLong count();

    /**
     * Begins a pass. Passes of one number give the same rows in the same order, or a training could not be resumed.
     *
     * @param pass its number, from 0; a source that shuffles draws its order from it
     * @return the rows, to be closed by the caller
     * @throws dev.slipway.graph.SlipwayException if the data is broken
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    RowStream open(long pass);

    /**
     * The rows in the order in which they are stored, to look for a target whose place is asked for. Inputs need not be read.
     *
     * @return these rows, if they come in that order
     */
    default RowSource stored() {
        return this;
    }

    /**
     * Where the rows stand, by their numbers in {@link #stored}.
     *
     * @return no places for rows that are of no file
     */
    default RowPlaces places() {
        return RowPlaces.NONE;
    }
}
