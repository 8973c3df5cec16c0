package dev.slipway.keras.features;

import dev.slipway.keras.data.Column;
import java.util.List;
import java.util.OptionalInt;

/**
 * A column that goes into a model, and what becomes of it.
 *
 * @param column the column's name, and that of the model's input
 * @param kind what its values are
 * @param encoding how they become numbers for a network
 * @param missing what a missing value becomes
 */
public record Feature(String column, Column.Kind kind, Encoding encoding, Missing missing) {
    /**
     * Checks that column, encoding and missing values fit together.
     *
     * @param column the column
     * @param kind what its values are
     * @param encoding how they become numbers
     * @param missing what a missing value becomes
     * @throws IllegalArgumentException if they do not
     */
    public Feature {
        boolean numbers = kind == Column.Kind.NUMBER;
        if (column.isBlank() || column.contains("/")) {
            throw new IllegalArgumentException(
                    "feature: '" + column + "' (expected: a name without '/', as it names an input of the model)");
        }
        if (numbers ? missing.how() == Missing.How.CATEGORY : missing.isLearned()) {
            throw new IllegalArgumentException("feature '" + column + "': missing values by " + missing.how()
                    + " (expected: MEAN and MEDIAN of numbers, CATEGORY of categories and texts)");
        }
    }

    private static Feature of(String column, Column.Kind kind, Encoding encoding) {
        return new Feature(column, kind, encoding, Missing.by(Missing.How.REFUSED));
    }

    /**
     * Numbers as they are.
     *
     * @param column the column's name
     * @return the feature
     */
    public static Feature passed(String column) {
        return of(column, Column.Kind.NUMBER, new Passed());
    }

    /**
     * Numbers with mean 0 and variance 1.
     *
     * @param column the column's name
     * @return the feature
     */
    public static Feature normalized(String column) {
        return of(column, Column.Kind.NUMBER, new Normalized());
    }

    /**
     * Numbers as bins of about equal weight, each a category.
     *
     * @param column the column's name
     * @param bins how many, at least 2
     * @return the feature
     */
    public static Feature bucketized(String column, int bins) {
        return of(column, Column.Kind.NUMBER, new Bucketized(bins, List.of(), 0));
    }

    /**
     * Texts as categories, each a one-hot vector.
     *
     * @param column the column's name
     * @return the feature
     */
    public static Feature oneHot(String column) {
        return of(column, Column.Kind.TEXT, new Categorized(OptionalInt.empty(), 1, 0));
    }

    /**
     * Texts as categories, each with a vector that is learned.
     *
     * @param column the column's name
     * @param length the vector's length
     * @return the feature
     */
    public static Feature embedded(String column, int length) {
        return of(column, Column.Kind.TEXT, new Categorized(OptionalInt.empty(), 1, length));
    }

    /**
     * Texts as the words in them.
     *
     * @param column the column's name
     * @param maxTokens the most words
     * @return the feature
     */
    public static Feature words(String column, int maxTokens) {
        return of(column, Column.Kind.TEXT, new Vectorized(maxTokens, "multi_hot", 0, 0));
    }

    /**
     * The same with categories that are integers.
     *
     * @return the changed feature
     */
    public Feature ofIntegers() {
        return new Feature(column, Column.Kind.INTEGER, encoding, missing);
    }

    /**
     * Whether a number stands in for missing ones, which is a part of the model.
     *
     * @return false for other kinds, and where missing numbers are refused
     */
    public boolean hasNumberForMissing() {
        return kind == Column.Kind.NUMBER && missing.how() != Missing.How.REFUSED;
    }

    /**
     * The same with something in place of missing values.
     *
     * @param changed what
     * @return the changed feature
     */
    public Feature missing(Missing changed) {
        return new Feature(column, kind, encoding, changed);
    }
}
