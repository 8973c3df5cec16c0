package dev.slipway.keras.features;

import dev.slipway.keras.data.Column;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.Normalization;

/** Numbers with mean 0 and variance 1 over the data, by {@link Normalization}. */
public record Normalized() implements Encoding {
    @Override
    public Learner learner(Column.Kind kind) {
        Encoding.require("normalize", kind, Column.Kind.NUMBER);
        return new Moments();
    }

    /** Mean and variance in one pass, as B. P. Welford's "Note on a Method for Calculating Corrected Sums" (1962). */
    private static final class Moments implements Learner {
        private long count;
        private double mean;
        private double squares;

        @Override
        public void learn(Object value) {
            double number = (Float) value;
            count++;
            double before = number - mean;
            mean += before / count;
            squares += before * (number - mean);
        }

        @Override
        public KerasTensor encode(KerasTensor raw) {
            return Normalization.of(new double[] {mean}, new double[] {squares / count})
                    .apply(raw);
        }
    }
}
