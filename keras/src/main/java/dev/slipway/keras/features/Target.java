package dev.slipway.keras.features;

import dev.slipway.keras.data.Column;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Columns that should come out of one output of a model.
 *
 * @param columns their names
 * @param labels whether the one column holds classes, which become numbers from 0
 * @param classes the classes in the order of their numbers; none for those that the data has, in order
 */
public record Target(List<String> columns, boolean labels, List<String> classes) {
    /**
     * Checks that there is a column, and one only of labels.
     *
     * @param columns their names
     * @param labels whether they hold classes
     * @param classes the classes
     * @throws IllegalArgumentException if not
     */
    public Target {
        columns = List.copyOf(columns);
        classes = List.copyOf(classes);
        if (columns.isEmpty() || (labels && columns.size() > 1)) {
            throw new IllegalArgumentException(
                    "target: columns " + columns + " (expected: at least one; one only of classes)");
        }
    }

    /**
     * Numbers.
     *
     * @param columns their columns
     * @return the target
     */
    public static Target numbers(String... columns) {
        return new Target(List.of(columns), false, List.of());
    }

    /**
     * Classes by name or number.
     *
     * @param column the column
     * @param classes the classes in the order of their numbers; none for those that the data has: whole numbers by size, names
     *     by the alphabet
     * @return the target
     */
    public static Target labels(String column, String... classes) {
        return new Target(List.of(column), true, List.of(classes));
    }

    /** The columns, with classes as given or as the data has them. */
    List<Column> columns(Set<String> seen) {
        if (!labels) {
            return columns.stream()
                    .map(name -> Column.of(name, Column.Kind.NUMBER))
                    .toList();
        }
        return List.of(Column.labels(columns.get(0), classes.isEmpty() ? ordered(seen) : classes));
    }

    private static List<String> ordered(Set<String> seen) {
        boolean numbers = seen.stream().allMatch(name -> name.matches("-?\\d{1,18}"));
        return seen.stream()
                .sorted(numbers ? Comparator.comparing(Long::valueOf) : Comparator.naturalOrder())
                .toList();
    }
}
