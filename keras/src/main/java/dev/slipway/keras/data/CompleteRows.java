package dev.slipway.keras.data;

import java.util.List;

/**
 * The rows of a table that have a value in some columns; the others are left out.
 *
 * @param table all rows
 * @param required the columns that must have a value
 */
public record CompleteRows(Table table, List<String> required) implements Table {
    /**
     * Copies the names.
     *
     * @param table all rows
     * @param required the columns that must have a value
     */
    public CompleteRows {
        required = List.copyOf(required);
    }

    @Override
    public String name() {
        return table.name();
    }

    @Override
    public List<String> columns() {
        return table.columns();
    }

    @Override
    public TableRows open() {
        int[] places = required.stream().mapToInt(table::placeOf).toArray();
        return new SomeRows(table.open()) {
            @Override
            boolean isWanted() {
                for (int place : places) {
                    if (Column.isMissing(cell(place))) {
                        return false;
                    }
                }
                return true;
            }
        };
    }
}
