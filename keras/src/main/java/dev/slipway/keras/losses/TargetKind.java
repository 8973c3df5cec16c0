package dev.slipway.keras.losses;

import dev.slipway.graph.Shape;

/**
 * What targets of a classification are, which Keras guesses from shapes for the names {@code accuracy} and
 * {@code crossentropy}.
 *
 * <p>Source: {@code keras.src.trainers.compile_utils.is_binary_or_sparse_categorical} of Keras 3.9.
 */
public enum TargetKind {
    /** Numbers 0 and 1. */
    BINARY("Binary"),
    /** Class numbers. */
    SPARSE("SparseCategorical"),
    /** A vector with a number for each class. */
    CATEGORICAL("Categorical");

    private final String prefix;

    TargetKind(String prefix) {
        this.prefix = prefix;
    }

    /**
     * The kind of some targets.
     *
     * @param target the shape of the targets
     * @param prediction the shape of the output
     * @return what Keras takes them for
     */
    public static TargetKind of(Shape target, Shape prediction) {
        if (prediction.dimension(-1).is(1)) {
            return BINARY;
        }
        return target.rank() < prediction.rank() || target.dimension(-1).is(1) ? SPARSE : CATEGORICAL;
    }

    /**
     * What Keras's classes for such targets begin with.
     *
     * @return such as {@code SparseCategorical}
     */
    public String prefix() {
        return prefix;
    }
}
