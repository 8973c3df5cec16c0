package dev.slipway.keras.data;

import java.util.List;

/** Rows of named columns, such as a file of comma-separated values, which need not all be in memory. */
public interface Table {
    /**
     * What messages call it.
     *
     * @return the file's name
     */
    String name();

    /**
     * The names of the columns.
     *
     * @return different names, in the table's order
     */
    List<String> columns();

    /**
     * Begins at the first row.
     *
     * @return the rows in the table's order, to be closed by the caller
     * @throws DataFileException if the table is broken
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    TableRows open();

    /**
     * Where a column stands.
     *
     * @param column its name
     * @return its place, from 0
     * @throws DataFileException if there is none of that name
     */
    default int placeOf(String column) {
        int place = columns().indexOf(column);
        if (place < 0) {
            throw new DataFileException(name() + ": no column '" + column + "' (expected: one of " + columns() + ")");
        }
        return place;
    }

    /** A pass over the rows of a table. For one thread; closed by whoever opened it. */
    interface TableRows extends AutoCloseable {
        /**
         * Goes to the next row.
         *
         * @return false when no row is left
         * @throws DataFileException if the row is broken, naming where it stands
         */
        boolean next();

        /**
         * Where the row stands.
         *
         * @return such as {@code line 7}
         */
        String place();

        /**
         * What stands in a column of the row.
         *
         * @param column the column's place, from 0
         * @return a {@link Number}, a {@link Boolean} or a text; an empty text for a missing value
         */
        Object cell(int column);

        /** Lets go of the file. */
        @Override
        void close();
    }
}
