package dev.slipway.keras.features;

import dev.slipway.keras.data.Column;
import dev.slipway.keras.data.RowSource;
import dev.slipway.keras.data.Table;
import dev.slipway.keras.data.TableSource;
import dev.slipway.keras.layers.Concatenate;
import dev.slipway.keras.layers.KerasTensor;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Features that know the data: the beginning of a model that takes raw values.
 *
 * @param columns the columns that go in, with what stands in for missing values; missing numbers stay so, as the parts know what
 *     stands in
 * @param targets the columns that should come out, for each output
 * @param sampleWeights the column that says how much each row counts, or none
 * @param inputs an input for each column, {@code [batch, 1]}
 * @param parts what became of each, {@code [batch, features]}
 * @param trainingRows how many rows were seen
 */
public record AdaptedFeatures(
        List<Column> columns,
        List<List<Column>> targets,
        List<Column> sampleWeights,
        List<KerasTensor> inputs,
        List<KerasTensor> parts,
        long trainingRows) {
    /**
     * Copies the lists.
     *
     * @param columns the columns
     * @param targets the targets
     * @param sampleWeights the column of weights, or none
     * @param inputs the inputs
     * @param parts what became of them
     * @param trainingRows how many rows were seen
     */
    public AdaptedFeatures {
        columns = List.copyOf(columns);
        targets = List.copyOf(targets);
        sampleWeights = List.copyOf(sampleWeights);
        inputs = List.copyOf(inputs);
        parts = List.copyOf(parts);
    }

    /**
     * These features for a model that is not made of the parts: what stands in for a missing number is put there while the table
     * is read, unless the model has something itself.
     *
     * @param mayMiss the inputs for which the model knows what stands in
     * @return features with changed columns
     */
    public AdaptedFeatures withInputsThatMayMiss(Set<String> mayMiss) {
        List<Column> changed = columns.stream()
                .map(column -> column.keepingMissing(column.keepsMissing() && mayMiss.contains(column.name())))
                .toList();
        return new AdaptedFeatures(changed, targets, sampleWeights, inputs, parts, trainingRows);
    }

    /**
     * All columns side by side.
     *
     * @return {@code [batch, features]}
     */
    public KerasTensor encoded() {
        return parts.size() == 1 ? parts.get(0) : Concatenate.of().apply(parts.toArray(KerasTensor[]::new));
    }

    /**
     * The rows that were learned from.
     *
     * @param training the same table
     * @return rows for a model with these inputs
     */
    public RowSource trainingRows(Table training) {
        return new TableSource(training, columns, targets, sampleWeights, OptionalLong.of(trainingRows));
    }

    /**
     * Other rows with the same columns. They are counted, and so read once.
     *
     * @param table the table
     * @return rows for a model with these inputs
     * @throws dev.slipway.keras.data.DataFileException if a column is not there, or the table is broken
     */
    public RowSource rows(Table table) {
        return new TableSource(table, columns, targets, sampleWeights, OptionalLong.of(TableSource.count(table)));
    }
}
