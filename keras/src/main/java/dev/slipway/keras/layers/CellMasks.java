package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a cell multiplies its input and its state h by in training, in all steps of a call: zeros for what is dropped.
 *
 * @param input none, one for all gates, or one for each gate
 * @param state likewise
 */
record CellMasks(List<Value> input, List<Value> state) {
    static final CellMasks NONE = new CellMasks(List.of(), List.of());

    /** What a gate sees of the input. */
    Value input(Ops ops, Value x, int gate) {
        return masked(ops, x, input, gate);
    }

    /** What a gate sees of the state. */
    Value state(Ops ops, Value h, int gate) {
        return masked(ops, h, state, gate);
    }

    private static Value masked(Ops ops, Value x, List<Value> masks, int gate) {
        return masks.isEmpty() ? x : ops.mul(x, masks.get(masks.size() == 1 ? 0 : gate));
    }

    /** The products of what the gates see of the input with their kernels, which lie side by side. */
    Value inputProduct(Ops ops, Value x, Value kernel) {
        return product(ops, x, kernel, input);
    }

    /** The products of what the gates see of the state with their kernels, which lie side by side. */
    Value stateProduct(Ops ops, Value h, Value kernel) {
        return product(ops, h, kernel, state);
    }

    private static Value product(Ops ops, Value x, Value kernel, List<Value> masks) {
        if (masks.size() <= 1) {
            return ops.matMul(masked(ops, x, masks, 0), kernel);
        }
        long[] widths = new long[masks.size()];
        Arrays.fill(widths, kernel.shape().size(1) / masks.size());
        List<Value> kernels = ops.split(kernel, 1, widths);
        List<Value> products = new ArrayList<>();
        for (int gate = 0; gate < masks.size(); gate++) {
            products.add(ops.matMul(masked(ops, x, masks, gate), kernels.get(gate)));
        }
        return ops.concat(products, -1);
    }
}
