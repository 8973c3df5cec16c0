package dev.slipway.keras.losses;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.runtime.Tensor;
import java.util.Optional;

/** Checks targets and brings them to the form of predictions. */
public final class Targets {
    private Targets() {}

    /**
     * Targets and predictions in one shape and type.
     *
     * @param ops the operators
     * @param target what should come out
     * @param prediction what came out
     * @return the target, then the prediction
     * @throws IllegalArgumentException if their shapes differ by more than a last axis of length 1
     */
    public static Ranks aligned(Ops ops, Value target, Value prediction) {
        Ranks ranks = Ranks.same(ops, target, prediction);
        Shape found = ranks.first().shape();
        Shape wanted = ranks.second().shape();
        boolean fits = found.rank() == wanted.rank();
        for (int axis = 1; fits && axis < found.rank(); axis++) {
            boolean known =
                    found.dimension(axis).isKnown() && wanted.dimension(axis).isKnown();
            fits = !known || found.size(axis) == wanted.size(axis);
        }
        if (!fits) {
            boolean mayBeClasses =
                    found.dimension(-1).is(1) && !wanted.dimension(-1).is(1);
            throw new IllegalArgumentException("targets of shape " + target.shape()
                    + " (expected: the shape of the output, " + prediction.shape() + ")"
                    + (mayBeClasses ? "; for class numbers there is sparse_categorical_crossentropy" : ""));
        }
        return new Ranks(ops.cast(ranks.first(), prediction.type()), ranks.second());
    }

    /**
     * Class numbers without a last axis of length 1.
     *
     * @param ops the operators
     * @param target class numbers {@code [batch, …]} or {@code [batch, …, 1]}
     * @param prediction what came out, of one axis more
     * @return {@code [batch, …]} of {@code INT64}
     * @throws IllegalArgumentException if there is not one class for each row of the prediction
     */
    public static Value classes(Ops ops, Value target, Value prediction) {
        int rank = prediction.shape().rank();
        boolean column =
                target.shape().rank() == rank && target.shape().dimension(-1).is(1);
        Value classes = column ? ops.squeeze(target, -1) : target;
        if (classes.shape().rank() != rank - 1) {
            throw new IllegalArgumentException("targets of shape " + target.shape()
                    + " (expected: a class number for each row of the output, " + prediction.shape() + ")");
        }
        return ops.cast(classes, DataType.INT64);
    }

    /** Class numbers as vectors with a single one, along an axis of the prediction. */
    static Value oneHot(Ops ops, Value target, Value prediction, int axis) {
        Value classes = classes(ops, target, prediction);
        Value last = ops.oneHot(classes, prediction.shape().size(axis), prediction.type());
        int rank = prediction.shape().rank();
        int place = Math.floorMod(axis, rank);
        int[] order = new int[rank];
        for (int i = 0; i < rank; i++) {
            order[i] = i < place ? i : i == place ? rank - 1 : i - 1;
        }
        return place == rank - 1 ? last : ops.transpose(last, order);
    }

    /** Refuses targets that are no classes of an output's last axis. */
    static void requireClasses(String output, Tensor targets, Shape prediction) {
        requireClasses(output, targets, prediction.dimension(-1), Optional.empty());
    }

    /**
     * Refuses targets that are not class numbers: a step would take them for no class at all, and learn nothing.
     *
     * @param output the name of the output, for messages
     * @param targets a class number for each row
     * @param classes how many there are
     * @param ignored a number that may come besides
     * @throws TargetException naming the first row that does not fit
     */
    static void requireClasses(String output, Tensor targets, Dimension classes, Optional<Integer> ignored) {
        double end = classes.isKnown() ? classes.size() : Double.POSITIVE_INFINITY;
        int count = (int) targets.shape().elementCount();
        for (int i = 0; i < count; i++) {
            double found = targets.element(i);
            boolean isClass = found >= 0 && found < end && found == Math.rint(found);
            if (!isClass && (ignored.isEmpty() || found != ignored.get())) {
                long row = i / (count / targets.shape().size(0));
                String shown = found == (long) found ? Long.toString((long) found) : Float.toString((float) found);
                throw new TargetException(
                        output, row, shown + " (expected: a class, a whole number in [0, " + classes + "))");
            }
        }
    }
}
