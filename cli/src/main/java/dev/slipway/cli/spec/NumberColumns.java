package dev.slipway.cli.spec;

import dev.slipway.keras.data.Column;
import dev.slipway.keras.data.Table;
import dev.slipway.keras.data.TableSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Columns of numbers, side by side: those of each input, those of each output, and one of weights.
 *
 * @param inputs the columns of each input
 * @param targets the columns of each output
 * @param sampleWeight the column that says how much each row counts
 */
record NumberColumns(List<List<String>> inputs, List<List<String>> targets, Optional<String> sampleWeight) {
    /** The rows of a table, which are counted first. */
    TableSource rows(Table table) {
        return TableSource.ofMatrices(
                table,
                numbers(inputs),
                numbers(targets),
                sampleWeight.stream().map(NumberColumns::number).toList(),
                OptionalLong.of(TableSource.count(table)));
    }

    private static List<List<Column>> numbers(List<List<String>> names) {
        return names.stream()
                .map(each -> each.stream().map(NumberColumns::number).toList())
                .toList();
    }

    private static Column number(String name) {
        return Column.of(name, Column.Kind.NUMBER);
    }
}
