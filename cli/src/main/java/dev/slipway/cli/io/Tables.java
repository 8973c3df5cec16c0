package dev.slipway.cli.io;

import dev.slipway.keras.data.Column;
import dev.slipway.keras.data.CsvTable;
import dev.slipway.keras.data.Table;
import dev.slipway.runtime.TensorSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Files with named columns. */
public final class Tables {
    private Tables() {}

    /**
     * Opens a file.
     *
     * @param file CSV or Parquet
     * @param format which of the two
     * @param missing what stands for missing values in a CSV, beside nothing
     * @return the table
     * @throws dev.slipway.keras.data.DataFileException if it is broken
     * @throws IllegalArgumentException for another format
     */
    public static Table of(Path file, Format format, Set<String> missing) {
        return switch (format) {
            case CSV -> CsvTable.of(file, missing);
            case PARQUET -> ParquetTable.of(file);
            default -> throw new IllegalArgumentException(file + ": " + format + " (expected: CSV or PARQUET)");
        };
    }

    /**
     * The columns that a model with raw values takes.
     *
     * @param inputs what the model needs
     * @param mayMiss the names of those whose values may be missing
     * @return a column for each input, named like it
     * @throws IllegalArgumentException if an input is more than a column
     */
    public static List<Column> columns(List<TensorSpec> inputs, Set<String> mayMiss) {
        return inputs.stream()
                .map(input -> column(input).keepingMissing(mayMiss.contains(input.name())))
                .toList();
    }

    private static Column column(TensorSpec input) {
        boolean isColumn =
                input.shape().rank() == 2 && input.shape().dimension(1).is(1);
        for (Column.Kind kind : List.of(Column.Kind.NUMBER, Column.Kind.INTEGER, Column.Kind.TEXT)) {
            if (isColumn && kind.type() == input.type()) {
                return Column.of(input.name(), kind);
            }
        }
        throw new IllegalArgumentException("input '" + input.name() + "': " + input.type() + " " + input.shape()
                + " (expected: float32, int64 or string [batch, 1], to be a column of a table)");
    }
}
