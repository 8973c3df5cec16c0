package dev.slipway.keras.optimizers;

import dev.slipway.graph.Value;
import java.util.List;

/** How one step changes a weight; made once a step, so that all weights share its numbers. */
@FunctionalInterface
interface Rule {
    /**
     * One weight's update.
     *
     * @param weight the weight before, decayed
     * @param gradient its gradient, clipped
     * @param slots its own slots before, in the order of the optimizer's groups
     * @return the weight after, then its slots after
     */
    List<Value> update(Value weight, Value gradient, List<Value> slots);

    /** The shared slots after the step; as they were if there are none. */
    default List<Value> shared() {
        return List.of();
    }
}
