package dev.slipway.keras.features;

import dev.slipway.keras.data.Column;
import dev.slipway.keras.layers.KerasTensor;
import java.util.List;

/** How the values of a column become numbers for a network. */
public interface Encoding {
    /**
     * Begins to learn.
     *
     * @param kind what the values are
     * @return what sees the data
     * @throws IllegalArgumentException if values of this kind cannot be encoded so
     */
    Learner learner(Column.Kind kind);

    /**
     * The text for missing values that are a category of their own.
     *
     * @return the empty one
     */
    default String missingText() {
        return Missing.TEXT;
    }

    /** What sees the values of a column, and then makes layers. */
    interface Learner {
        /**
         * Sees a value.
         *
         * @param value a {@link Float}, {@link Long} or {@link String}
         */
        void learn(Object value);

        /**
         * Applies layers that know what was learned.
         *
         * @param raw the column, {@code [batch, 1]}
         * @return {@code [batch, features]} of single precision
         */
        KerasTensor encode(KerasTensor raw);
    }

    /**
     * Refuses values of another kind.
     *
     * @param encoding what it is
     * @param kind what values are
     * @param expected what they should be
     */
    static void require(String encoding, Column.Kind kind, Column.Kind... expected) {
        if (!List.of(expected).contains(kind)) {
            throw new IllegalArgumentException(
                    encoding + ": column of " + kind + " (expected: " + List.of(expected) + ")");
        }
    }
}
