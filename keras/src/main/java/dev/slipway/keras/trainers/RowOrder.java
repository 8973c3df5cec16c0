package dev.slipway.keras.trainers;

import java.util.random.RandomGenerator;

/** In which order an epoch sees the rows: theirs, or a new random one in every epoch. */
final class RowOrder {
    private final int[] rows;
    private final boolean shuffle;
    private final RandomGenerator random;

    RowOrder(int count, boolean shuffle, RandomGenerator random) {
        this.rows = new int[count];
        this.shuffle = shuffle;
        this.random = random;
        for (int i = 0; i < count; i++) {
            rows[i] = i;
        }
    }

    /** Begins an epoch. Source of the shuffle: R. Fisher, F. Yates; R. Durstenfeld, Algorithm 235. */
    void next() {
        for (int i = rows.length - 1; shuffle && i > 0; i--) {
            int j = random.nextInt(i + 1);
            int row = rows[i];
            rows[i] = rows[j];
            rows[j] = row;
        }
    }

    int row(int place) {
        return rows[place];
    }
}
