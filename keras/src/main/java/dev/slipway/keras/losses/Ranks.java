package dev.slipway.keras.losses;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;

/**
 * Two tensors whose ranks no longer differ by a last axis of length 1.
 *
 * <p>Source: {@code keras.src.losses.loss.squeeze_or_expand_to_same_rank} of Keras 3.9.
 *
 * @param first the one
 * @param second the other
 */
public record Ranks(Value first, Value second) {
    /**
     * Where ranks differ by a last axis of length 1, adds it to the other if that is a vector, and else takes it away.
     *
     * @param ops the operators
     * @param first the one
     * @param second the other
     * @return both; as they were if their ranks are equal or differ otherwise
     */
    public static Ranks same(Ops ops, Value first, Value second) {
        int more = first.shape().rank() - second.shape().rank();
        if (more == 1 && first.shape().dimension(-1).is(1)) {
            return second.shape().rank() == 1
                    ? new Ranks(first, ops.unsqueeze(second, -1))
                    : new Ranks(ops.squeeze(first, -1), second);
        }
        return more == -1 && second.shape().dimension(-1).is(1)
                ? same(ops, second, first).swapped()
                : new Ranks(first, second);
    }

    private Ranks swapped() {
        return new Ranks(second, first);
    }
}
