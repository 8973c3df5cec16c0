package dev.slipway.keras.losses;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;

/**
 * Weights of rows brought to the rank of what they weigh.
 *
 * <p>Source: {@code keras.src.losses.loss.reduce_weighted_values} of Keras 3.9. Differs from Keras where weights
 * {@code [batch]} meet values {@code [batch, time]}: here each row's weight counts for its time steps; Keras fails, or pairs
 * weights with time steps if there happen to be as many.
 */
public final class SampleWeights {
    private SampleWeights() {}

    /**
     * Weighted values.
     *
     * @param ops the operators
     * @param values {@code [batch, …]}, or one number for the batch, which each weight then weighs
     * @param weight {@code [batch]} or of more axes, up to those of the values
     * @return the products
     * @throws IllegalArgumentException if the shapes do not fit
     */
    public static Value product(Ops ops, Value values, Value weight) {
        if (values.shape().rank() == 0) {
            return ops.mul(values, weight);
        }
        Ranks ranks = Ranks.same(ops, values, weight);
        Value first = ranks.first();
        Value second = ranks.second();
        Shape shape = second.shape();
        boolean fits = shape.rank() <= first.shape().rank();
        for (int axis = 1; fits && axis < shape.rank(); axis++) {
            boolean known = shape.dimension(axis).isKnown()
                    && first.shape().dimension(axis).isKnown();
            fits = !known
                    || shape.dimension(axis).is(1)
                    || shape.size(axis) == first.shape().size(axis);
        }
        if (!fits) {
            throw new IllegalArgumentException("sample weights or mask of shape " + weight.shape()
                    + " (expected: [batch], or as many axes as what they weigh, " + values.shape()
                    + "); targets of the output's shape keep its time steps apart");
        }
        return ops.mul(first, lengthened(ops, second, first.shape().rank()));
    }

    /** The same weights with axes of length 1 behind. */
    static Value lengthened(Ops ops, Value weight, int rank) {
        Value longer = weight;
        while (longer.shape().rank() < rank) {
            longer = ops.unsqueeze(longer, -1);
        }
        return longer;
    }
}
