package dev.slipway.keras.optimizers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Value;
import java.util.List;

/**
 * What one step of an optimizer reads, or leaves.
 *
 * @param leading the variables of {@link Optimizer#leadingSlots}
 * @param iteration the number of steps done, a scalar of {@link DataType#INT64}
 * @param shared the variables of {@link Optimizer#sharedSlots}
 * @param weights the trained weights
 * @param slots for each weight, the variables of the flattened {@link Optimizer#slotGroups}
 */
public record Variables(
        List<Value> leading, Value iteration, List<Value> shared, List<Value> weights, List<List<Value>> slots) {
    /**
     * Copies the lists.
     *
     * @param leading the variables before the iteration
     * @param iteration the number of steps done
     * @param shared the shared variables
     * @param weights the trained weights
     * @param slots the slots of each
     */
    public Variables {
        leading = List.copyOf(leading);
        shared = List.copyOf(shared);
        weights = List.copyOf(weights);
        slots = slots.stream().map(List::copyOf).toList();
    }
}
