package dev.slipway.keras.features;

import dev.slipway.keras.data.Column;
import java.util.Optional;

/**
 * What a missing value becomes.
 *
 * @param how by which rule
 * @param value what it becomes, with {@link How#VALUE}
 */
public record Missing(How how, Optional<Object> value) {
    /** The text for missing values that are a category of their own: so an empty text of a request is one, too. */
    public static final String TEXT = "";

    /** The same of integers. */
    public static final long INTEGER = Integer.MIN_VALUE;

    /** The rules. */
    public enum How {
        /** A missing value is refused. */
        REFUSED,
        /** A given value stands in. */
        VALUE,
        /** The mean of the others stands in. */
        MEAN,
        /** The median of the others stands in. */
        MEDIAN,
        /** It is a category of its own. */
        CATEGORY
    }

    /**
     * A rule without a value.
     *
     * @param how the rule
     * @return the rule
     */
    public static Missing by(How how) {
        return new Missing(how, Optional.empty());
    }

    /**
     * A value that stands in.
     *
     * @param value a number or a text
     * @return the rule
     */
    public static Missing as(Object value) {
        return new Missing(How.VALUE, Optional.of(value));
    }

    /** Whether the data must be seen before the value is known. */
    boolean isLearned() {
        return how == How.MEAN || how == How.MEDIAN;
    }

    /** What stands in, where the data need not be seen. */
    Optional<Object> known(Column.Kind kind, Encoding encoding) {
        if (how != How.CATEGORY) {
            return value;
        }
        return Optional.of(kind == Column.Kind.TEXT ? encoding.missingText() : INTEGER);
    }

    /** What stands in, by the values that are there. */
    Object learned(Numbers seen) {
        return how == How.MEAN ? seen.mean() : seen.median();
    }
}
