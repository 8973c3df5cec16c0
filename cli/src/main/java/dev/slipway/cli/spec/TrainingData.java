package dev.slipway.cli.spec;

import dev.slipway.keras.data.Column;
import dev.slipway.keras.data.RowSource;
import dev.slipway.keras.features.AdaptedFeatures;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rows to learn from.
 *
 * @param rows the rows
 * @param validation rows to be judged by, where the data says so itself
 * @param features what was learned about the columns of a table
 * @param classes which number each class has: a line for each target of classes
 */
public record TrainingData(
        RowSource rows, Optional<RowSource> validation, Optional<AdaptedFeatures> features, List<String> classes) {
    /** Rows of a table. */
    static TrainingData ofTable(RowSource rows, Optional<RowSource> validation, AdaptedFeatures features) {
        return new TrainingData(rows, validation, Optional.of(features), classes(features));
    }

    private static List<String> classes(AdaptedFeatures features) {
        List<String> lines = new ArrayList<>();
        for (List<Column> target : features.targets()) {
            List<String> classes = target.get(0).classes();
            if (!classes.isEmpty()) {
                lines.add("classes of '" + target.get(0).name() + "', from 0: " + String.join(", ", classes));
            }
        }
        return lines;
    }

    /**
     * How many rows there are.
     *
     * @return the number of rows to learn from
     */
    public long count() {
        return rows.count().orElseThrow();
    }

    /** Refuses features in another order than a model's inputs. */
    void requireNames(Model model) {
        if (features.isEmpty()) {
            return;
        }
        List<String> inputs = model.inputs().stream().map(TensorSpec::name).toList();
        List<String> columns =
                features.get().columns().stream().map(Column::name).toList();
        if (!inputs.equals(columns)) {
            throw new IllegalArgumentException(
                    "features: " + columns + " (expected: " + inputs + ", the inputs of the model's file)");
        }
    }
}
