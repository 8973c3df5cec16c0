package dev.slipway.keras.features;

import java.util.Arrays;

/** Numbers in memory that grows with them. */
final class Numbers {
    private float[] numbers = new float[16];
    private int count;

    void add(float number) {
        if (count == numbers.length) {
            numbers = Arrays.copyOf(numbers, Math.multiplyExact(2, count));
        }
        numbers[count++] = number;
    }

    boolean isEmpty() {
        return count == 0;
    }

    float[] toArray() {
        return Arrays.copyOf(numbers, count);
    }

    double mean() {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += numbers[i];
        }
        return sum / count;
    }

    /** Of an even count, the mean of the middle two. */
    double median() {
        float[] sorted = toArray();
        Arrays.sort(sorted);
        return ((double) sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    }
}
