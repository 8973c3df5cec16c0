package dev.slipway.keras.features;

import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.data.Column;
import dev.slipway.keras.data.DataFileException;
import dev.slipway.keras.data.Table;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.ops.StandIn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is learned from a table: which columns go in, what becomes of them, and which should come out.
 *
 * <pre>{@code
 * AdaptedFeatures features = TableFeatures.of(Feature.normalized("age"), Feature.oneHot("city"))
 *         .targets(Target.numbers("price"))
 *         .adapt(CsvTable.of(Path.of("train.csv")));
 * KerasTensor price = Dense.of(1).apply(features.encoded());
 * Model model = Model.functional(features.inputs(), List.of(price));
 * model.compile("adam", "mse");
 * model.fit(features.trainingRows(CsvTable.of(Path.of("train.csv"))), FitOptions.defaults());
 * }</pre>
 *
 * @param features the columns that go in
 * @param targets the columns that should come out, for each output
 * @param sampleWeight the column that says how much each row counts; empty for all alike
 */
public record TableFeatures(List<Feature> features, List<Target> targets, Optional<String> sampleWeight) {
    /**
     * Copies and checks the columns.
     *
     * @param features the columns that go in
     * @param targets the columns that should come out
     * @param sampleWeight the column that says how much each row counts
     * @throws IllegalArgumentException if there are no features, or one twice
     */
    public TableFeatures {
        features = List.copyOf(features);
        targets = List.copyOf(targets);
        Set<String> names = new HashSet<>();
        features.forEach(feature -> {
            if (!names.add(feature.column())) {
                throw new IllegalArgumentException(
                        "features: '" + feature.column() + "' twice (expected: each column once)");
            }
        });
        if (names.isEmpty()) {
            throw new IllegalArgumentException("features: none (expected: at least one column)");
        }
    }

    /**
     * Columns that go in.
     *
     * @param features the columns
     * @return features without targets
     * @throws IllegalArgumentException if there are none, or one twice
     */
    public static TableFeatures of(Feature... features) {
        return new TableFeatures(List.of(features), List.of(), Optional.empty());
    }

    /**
     * The same with columns that should come out.
     *
     * @param changed one for each output of the model
     * @return the changed features
     */
    public TableFeatures targets(Target... changed) {
        return new TableFeatures(features, List.of(changed), sampleWeight);
    }

    /**
     * The same with a column that says how much each row counts, in training and judging.
     *
     * @param column a column of numbers
     * @return the changed features
     */
    public TableFeatures sampleWeight(String column) {
        return new TableFeatures(features, targets, Optional.of(column));
    }

    /**
     * Learns vocabularies, means, boundaries and classes from the data, in one pass; in two if missing values become a mean or
     * median. Every value is checked.
     *
     * @param training the rows to learn from
     * @return layers that know the data
     * @throws DataFileException naming file, row and column of a value that is refused
     */
    public AdaptedFeatures adapt(Table training) {
        List<Column> columns = columns(training);
        List<Encoding.Learner> learners =
                features.stream().map(f -> f.encoding().learner(f.kind())).toList();
        List<Set<String>> classes =
                targets.stream().<Set<String>>map(target -> new TreeSet<>()).toList();
        long rows = learn(training, columns, learners, classes);
        if (rows == 0) {
            throw new DataFileException(training.name() + ": no rows (expected: at least one below the names)");
        }
        List<KerasTensor> inputs = new ArrayList<>();
        List<KerasTensor> encoded = new ArrayList<>();
        List<List<Column>> outputs = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            inputs.add(input(columns.get(i)));
            encoded.add(learners.get(i).encode(present(training, columns.get(i), inputs.get(i))));
        }
        for (int i = 0; i < targets.size(); i++) {
            outputs.add(targets.get(i).columns(classes.get(i)));
        }
        List<Column> raw =
                columns.stream().map(TableFeatures::keepingMissingNumbers).toList();
        return new AdaptedFeatures(raw, outputs, weights(), inputs, encoded, rows);
    }

    private List<Column> weights() {
        return sampleWeight.stream()
                .map(name -> Column.of(name, Column.Kind.NUMBER))
                .toList();
    }

    /** Numbers of which what stands in is a part of the model, as it is of what is served. */
    private static Column keepingMissingNumbers(Column column) {
        return column.keepingMissing(
                column.kind() == Column.Kind.NUMBER && column.fill().isPresent());
    }

    /** The column with what stands in for its missing numbers. */
    private static KerasTensor present(Table training, Column column, KerasTensor raw) {
        return column.standIn(training)
                .filter(found -> column.kind() == Column.Kind.NUMBER)
                .map(found -> StandIn.forMissing((Float) found, raw))
                .orElse(raw);
    }

    private static KerasTensor input(Column column) {
        Shape shape = Shape.of(1).prepend(Dimension.symbol(InputLayer.BATCH));
        return new InputLayer(column.name(), column.kind().type(), shape).apply();
    }

    private long learn(Table table, List<Column> columns, List<Encoding.Learner> learners, List<Set<String>> classes) {
        int[] places = columns.stream()
                .mapToInt(column -> table.placeOf(column.name()))
                .toArray();
        List<Column> weights = weights();
        long count = 0;
        try (Table.TableRows rows = table.open()) {
            for (; rows.next(); count++) {
                for (int i = 0; i < places.length; i++) {
                    learners.get(i).learn(columns.get(i).value(table, rows, rows.cell(places[i])));
                }
                for (int i = 0; i < classes.size(); i++) {
                    check(table, rows, targets.get(i), classes.get(i));
                }
                for (Column weight : weights) {
                    weight.value(table, rows, rows.cell(table.placeOf(weight.name())));
                }
            }
        }
        return count;
    }

    private static void check(Table table, Table.TableRows row, Target target, Set<String> classes) {
        boolean learns = target.labels() && target.classes().isEmpty();
        for (String name : target.columns()) {
            Object cell = row.cell(table.placeOf(name));
            if (learns) {
                classes.add((String) Column.of(name, Column.Kind.TEXT).value(table, row, cell));
            } else {
                target.columns(Set.of()).forEach(column -> {
                    if (column.name().equals(name)) {
                        column.value(table, row, cell);
                    }
                });
            }
        }
    }

    /** The columns of the features, with what stands in for missing values. */
    private List<Column> columns(Table training) {
        Map<String, Numbers> seen = new LinkedHashMap<>();
        features.stream()
                .filter(feature -> feature.missing().isLearned())
                .forEach(feature -> seen.put(feature.column(), new Numbers()));
        if (!seen.isEmpty()) {
            see(training, seen);
        }
        return features.stream().map(feature -> column(training, feature, seen)).toList();
    }

    private static Column column(Table training, Feature feature, Map<String, Numbers> seen) {
        Column column = Column.of(feature.column(), feature.kind());
        Numbers numbers = seen.get(feature.column());
        if (numbers == null) {
            return feature.missing()
                    .known(feature.kind(), feature.encoding())
                    .map(column::filledWith)
                    .orElse(column);
        }
        if (numbers.isEmpty()) {
            throw new DataFileException(training.name() + ": column '" + feature.column()
                    + "' without any value (expected: some, for a "
                    + feature.missing().how() + ")");
        }
        return column.filledWith(feature.missing().learned(numbers));
    }

    private static void see(Table table, Map<String, Numbers> seen) {
        try (Table.TableRows rows = table.open()) {
            while (rows.next()) {
                seen.forEach((name, numbers) -> {
                    Object cell = rows.cell(table.placeOf(name));
                    if (!Column.isMissing(cell)) {
                        numbers.add((Float) Column.of(name, Column.Kind.NUMBER).value(table, rows, cell));
                    }
                });
            }
        }
    }
}
