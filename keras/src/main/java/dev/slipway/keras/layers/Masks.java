package dev.slipway.keras.layers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the masks of several inputs become one.
 *
 * <p>Source: {@code compute_mask} of {@code keras.src.layers.merging} of Keras 3.9, {@code
 * keras.layers.merge} of Keras 2.3.1.
 */
final class Masks {
    private Masks() {}

    /** Gives result 0 of an elementwise layer the steps that count in any input; no mask if some input has none. */
    static void giveUnion(LayerCall call) {
        Optional<Value> union = call.mask(0);
        for (int i = 1; i < call.inputs().size(); i++) {
            Optional<Value> next = call.mask(i);
            union = union.flatMap(all -> next.map(mask -> call.ops().or(all, mask)));
        }
        union.ifPresent(mask -> call.giveMask(0, mask));
    }

    /** Gives result 0 the steps that count in every input that has a mask, as Keras 2 did. */
    static void giveIntersection(LayerCall call) {
        Optional<Value> intersection = Optional.empty();
        for (int i = 0; i < call.inputs().size(); i++) {
            Optional<Value> next = call.mask(i);
            intersection = intersection.isEmpty()
                    ? next
                    : intersection.map(
                            all -> next.map(mask -> call.ops().and(all, mask)).orElse(all));
        }
        intersection.ifPresent(mask -> call.giveMask(0, mask));
    }

    /**
     * Gives result 0 of a concatenation the masks joined likewise; an input without one counts everywhere.
     *
     * @param call the call
     * @param axis the axis that is joined along
     * @param needsAll whether a step counts where all of its numbers do, as in Keras 2, or where one does
     */
    static void giveJoined(LayerCall call, int axis, boolean needsAll) {
        boolean hasMask = false;
        for (int i = 0; i < call.inputs().size(); i++) {
            hasMask |= call.mask(i).isPresent();
        }
        if (!hasMask) {
            return;
        }
        Ops ops = call.ops();
        List<Value> whole = new ArrayList<>();
        for (int i = 0; i < call.inputs().size(); i++) {
            Value input = call.inputs().get(i);
            Optional<Value> mask = call.mask(i);
            Value small = mask.map(m -> ops.cast(m, DataType.INT32)).orElseGet(() -> ops.constant(DataType.INT32, 1.0));
            boolean shorter =
                    mask.isPresent() && small.shape().rank() < input.shape().rank();
            whole.add(ops.expandLike(shorter ? ops.unsqueeze(small, -1) : small, input));
        }
        Value joined = ops.concat(whole, axis);
        call.giveMask(
                0, needsAll ? ops.cast(ops.reduceMin(joined, false, -1), DataType.BOOL) : any(ops, joined, false));
    }

    /** Whether any number along the last axis is not 0. */
    static Value any(Ops ops, Value integers, boolean keepDims) {
        return ops.cast(ops.reduceMax(integers, keepDims, -1), DataType.BOOL);
    }
}
