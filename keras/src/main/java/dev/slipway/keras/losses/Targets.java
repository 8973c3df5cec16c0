package dev.slipway.keras.losses;

import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.runtime.Tensor;

/** Checks targets and brings them to the form of predictions. Source: {@code keras.losses.loss.squeeze_or_expand_to_same_rank}. */
public final class Targets {
    private Targets() {}

    /**
     * The target with a last axis of length 1 added or taken away.
     *
     * @param ops the operators
     * @param target what should come out
     * @param prediction what came out
     * @param sameShape whether the two should have the same shape; otherwise the target is left as it is
     * @return the target, cast to the prediction's type if the shapes are to be the same
     */
    public static Value align(Ops ops, Value target, Value prediction, boolean sameShape) {
        if (!sameShape) {
            return target;
        }
        Value aligned = target;
        int missing = prediction.shape().rank() - target.shape().rank();
        if (missing == 1 && prediction.shape().dimension(-1).is(1)) {
            aligned = ops.unsqueeze(target, -1);
        } else if (missing == -1 && target.shape().dimension(-1).is(1)) {
            aligned = ops.squeeze(target, -1);
        } else if (missing != 0) {
            throw refused(target, prediction);
        }
        for (int axis = 1; axis < aligned.shape().rank(); axis++) {
            boolean known = aligned.shape().dimension(axis).isKnown()
                    && prediction.shape().dimension(axis).isKnown();
            if (known && aligned.shape().size(axis) != prediction.shape().size(axis)) {
                throw refused(target, prediction);
            }
        }
        return ops.cast(aligned, prediction.type());
    }

    /**
     * Refuses targets that are not class numbers: a step would take them for no class at all, and learn nothing.
     *
     * @param output the name of the output, for messages
     * @param targets a class number for each row
     * @param prediction the shape of the output, its last axis the classes
     * @throws IllegalArgumentException naming the first row that does not fit
     */
    public static void requireClasses(String output, Tensor targets, Shape prediction) {
        Dimension classes = prediction.dimension(-1);
        double end = classes.isKnown() ? classes.size() : Double.POSITIVE_INFINITY;
        int count = (int) targets.shape().elementCount();
        for (int i = 0; i < count; i++) {
            double found = targets.element(i);
            if (!(found >= 0 && found < end && found == Math.rint(found))) {
                long row = i / (count / targets.shape().size(0));
                String shown = found == (long) found ? Long.toString((long) found) : Float.toString((float) found);
                throw new IllegalArgumentException("target of '" + output + "', row " + row + ": " + shown
                        + " (expected: a class, a whole number in [0, " + classes + "))");
            }
        }
    }

    private static IllegalArgumentException refused(Value target, Value prediction) {
        return new IllegalArgumentException("targets of shape " + target.shape()
                + " (expected: the shape of the output, " + prediction.shape() + ")");
    }
}
