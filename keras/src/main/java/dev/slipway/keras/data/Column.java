package dev.slipway.keras.data;

import dev.slipway.graph.DataType;
import java.util.List;
import java.util.Optional;

/**
 * What the values of a table's column are, and what a missing one becomes.
 *
 * @param name the column's name
 * @param kind what its values are
 * @param classes of labels, the names in the order of their numbers; else none
 * @param fill what stands in for a missing value; without it, missing values are refused
 * @param keepsMissing whether missing values stay missing, as the model knows what stands in: NaN of numbers, the empty text
 */
public record Column(String name, Kind kind, List<String> classes, Optional<Object> fill, boolean keepsMissing) {
    /** What values are. */
    public enum Kind {
        /** A finite number of single precision. */
        NUMBER(DataType.FLOAT),
        /** A whole number of 64 bits. */
        INTEGER(DataType.INT64),
        /** A text. */
        TEXT(DataType.STRING),
        /** The name of a class, which becomes its number, from 0. */
        LABEL(DataType.FLOAT);

        private final DataType type;

        Kind(DataType type) {
            this.type = type;
        }

        /**
         * What values become.
         *
         * @return the elements of the tensor
         */
        public DataType type() {
            return type;
        }
    }

    /**
     * Copies the classes.
     *
     * @param name the name
     * @param kind what values are
     * @param classes the names of labels
     * @param fill what stands in for a missing value
     * @param keepsMissing whether missing values stay missing
     * @throws IllegalArgumentException if they do although the kind has no value for that
     */
    public Column {
        classes = List.copyOf(classes);
        if (keepsMissing && kind != Kind.NUMBER && kind != Kind.TEXT) {
            throw new IllegalArgumentException("column '" + name + "': missing values of " + kind
                    + " (expected: NUMBER or TEXT, to stay missing)");
        }
    }

    /**
     * A column without missing values.
     *
     * @param name the column's name
     * @param kind what its values are
     * @return the column
     */
    public static Column of(String name, Kind kind) {
        return new Column(name, kind, List.of(), Optional.empty(), false);
    }

    /**
     * A column of labels.
     *
     * @param name the column's name
     * @param classes the classes in the order of their numbers
     * @return the column
     */
    public static Column labels(String name, List<String> classes) {
        return new Column(name, Kind.LABEL, classes, Optional.empty(), false);
    }

    /**
     * This column with a value for missing ones.
     *
     * @param value a number, or a text that is read as one
     * @return the changed column
     */
    public Column filledWith(Object value) {
        return new Column(name, kind, classes, Optional.of(value), false);
    }

    /**
     * This column for a model that knows itself what stands in, or does not.
     *
     * @param kept whether missing values stay missing: NaN of numbers, the empty text of texts
     * @return the changed column
     * @throws IllegalArgumentException if its values are neither
     */
    public Column keepingMissing(boolean kept) {
        return new Column(name, kind, classes, fill, kept);
    }

    /**
     * Whether a row has no value here.
     *
     * @param cell what stands in the row
     * @return whether it is missing
     */
    public static boolean isMissing(Object cell) {
        return cell instanceof String text && text.isEmpty();
    }

    /**
     * The value of this column's kind.
     *
     * @param table the table
     * @param row the row
     * @param cell what stands in it
     * @return a {@link Float}, {@link Long} or {@link String}; a label's number as {@link Float}; NaN or the empty text for a missing
     *     value that stays so
     * @throws DataFileException naming file, row and column, if it is missing or of another kind
     */
    public Object value(Table table, Table.TableRows row, Object cell) {
        if (!isMissing(cell)) {
            return read(cell).orElseThrow(() -> refused(table, row, "'" + cell + "'"));
        }
        if (keepsMissing) {
            return kind == Kind.NUMBER ? (Object) Float.NaN : "";
        }
        return standIn(table)
                .orElseThrow(
                        () -> refused(table, row, "nothing (expected: a value; or say what a missing one becomes)"));
    }

    /**
     * What stands in for a missing value, as a value of this column's kind.
     *
     * @param table the table
     * @return the value; empty if missing values are refused
     * @throws DataFileException naming file and column, if it is of another kind
     */
    public Optional<Object> standIn(Table table) {
        return fill.map(value -> read(value)
                .orElseThrow(() -> new DataFileException(table.name() + ": column '" + name + "': missing values as '"
                        + value + "' (expected: " + expected() + ")")));
    }

    private DataFileException refused(Table table, Table.TableRows row, String found) {
        String what = found.contains("(expected") ? found : found + " (expected: " + expected() + ")";
        return new DataFileException(table.name() + ", " + row.place() + ", column '" + name + "': " + what);
    }

    private String expected() {
        return switch (kind) {
            case NUMBER -> "a finite number";
            case INTEGER -> "a whole number";
            case TEXT -> "a text";
            case LABEL -> "one of the classes " + classes;
        };
    }

    private Optional<Object> read(Object cell) {
        return switch (kind) {
            case NUMBER ->
                Cells.number(cell)
                        .map(Double::floatValue)
                        .filter(Float::isFinite)
                        .map(found -> found);
            case INTEGER -> Cells.integer(cell).map(found -> found);
            case TEXT -> Optional.of(Cells.text(cell));
            case LABEL -> {
                int label = classes.indexOf(Cells.text(cell));
                yield label < 0 ? Optional.empty() : Optional.of((float) label);
            }
        };
    }
}
