package dev.slipway.keras.data;

import java.util.Optional;

/** Where the rows of a {@link RowSource} stand, for messages. */
@FunctionalInterface
public interface RowPlaces {
    /** Those of rows that are of no file. */
    RowPlaces NONE = (row, target) -> Optional.empty();

    /**
     * Where a target of a row stands.
     *
     * @param row the row's number, from 0, in the order in which rows are stored
     * @param target the place of the target in {@link RowSpec#targets}
     * @return such as {@code data.csv, line 7, column 'species'}; empty if the row is of no file
     */
    Optional<String> of(long row, int target);

    /**
     * Those of the rows behind some others.
     *
     * @param first the number of the row that is row 0 of the changed places
     * @return the changed places
     */
    default RowPlaces from(long first) {
        return (row, target) -> of(first + row, target);
    }
}
