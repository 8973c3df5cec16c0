package dev.slipway.keras.features;

import dev.slipway.keras.data.Column;
import dev.slipway.keras.layers.CategoryEncoding;
import dev.slipway.keras.layers.Discretization;
import dev.slipway.keras.layers.Embedding;
import dev.slipway.keras.layers.Flatten;
import dev.slipway.keras.layers.KerasTensor;
import java.util.List;

/**
 * Numbers as the bins they fall into, by {@link Discretization}; the bins as categories. To learn boundaries, all numbers of the
 * column are kept in memory.
 *
 * @param bins how many bins of about equal weight to learn; 0 for given boundaries
 * @param boundaries where the next bin begins, rising
 * @param embedding the length of a vector that is learned for each bin; 0 for one-hot vectors
 */
public record Bucketized(int bins, List<Double> boundaries, int embedding) implements Encoding {
    /**
     * Checks that there is one of the two.
     *
     * @param bins how many bins to learn
     * @param boundaries given boundaries
     * @param embedding the length of vectors
     * @throws IllegalArgumentException if there is none, or both
     */
    public Bucketized {
        boundaries = List.copyOf(boundaries);
        if (boundaries.isEmpty() ? bins < 2 : bins != 0) {
            throw new IllegalArgumentException("bucketize: " + bins + " bins, boundaries " + boundaries
                    + " (expected: at least 2 bins, or boundaries)");
        }
    }

    @Override
    public Learner learner(Column.Kind kind) {
        Encoding.require("bucketize", kind, Column.Kind.NUMBER);
        Numbers seen = new Numbers();
        return new Learner() {
            @Override
            public void learn(Object value) {
                if (bins > 0) {
                    seen.add((Float) value);
                }
            }

            @Override
            public KerasTensor encode(KerasTensor raw) {
                double[] given =
                        boundaries.stream().mapToDouble(Double::doubleValue).toArray();
                Discretization layer = bins > 0 ? Discretization.adapt(bins, seen.toArray()) : Discretization.of(given);
                KerasTensor bin = layer.apply(raw);
                int categories = bins > 0 ? bins : given.length + 1;
                return embedding == 0
                        ? CategoryEncoding.oneHot(categories).apply(bin)
                        : Flatten.of().apply(Embedding.of(categories, embedding).apply(bin));
            }
        };
    }
}
