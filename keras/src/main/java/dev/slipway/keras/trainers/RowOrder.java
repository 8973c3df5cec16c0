package dev.slipway.keras.trainers;

import java.util.random.RandomGenerator;

/**
 * In which order a pass sees the rows.
 *
 * @param rows the row at each place
 */
@SuppressWarnings("ArrayRecordComponent") // nobody else has the array
record RowOrder(int[] rows) {
    /** The order in which they stand. */
    static RowOrder given(int count) {
        int[] rows = new int[count];
        for (int i = 0; i < count; i++) {
            rows[i] = i;
        }
        return new RowOrder(rows);
    }

    /** A random order. Source: R. Fisher, F. Yates; R. Durstenfeld, Algorithm 235. */
    static RowOrder random(int count, RandomGenerator random) {
        int[] rows = given(count).rows;
        for (int i = count - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int row = rows[i];
            rows[i] = rows[j];
            rows[j] = row;
        }
        return new RowOrder(rows);
    }

    int row(int place) {
        return rows[place];
    }
}
