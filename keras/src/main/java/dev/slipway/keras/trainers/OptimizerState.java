package dev.slipway.keras.trainers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.optimizers.LearningRate;
import dev.slipway.keras.optimizers.Optimizer;
import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an optimizer remembers: steps done, learning rate, and the slots of every trained weight.
 *
 * @param iteration the number of steps done, {@code INT64 []}
 * @param learningRate the learning rate of the next step
 * @param slots by the weight's path and the slot's name
 */
public record OptimizerState(Tensor iteration, LearningRate learningRate, Map<SlotKey, Tensor> slots) {
    /**
     * Which slot.
     *
     * @param weight the path of the weight
     * @param slot the slot's name, such as {@code momentum}
     */
    public record SlotKey(String weight, String slot) {}

    /**
     * The state before the first step.
     *
     * @param optimizer the optimizer
     * @param trained the weights it changes
     * @return zeros, and the optimizer's learning rate; slots in Keras's order
     */
    public static OptimizerState initial(Optimizer optimizer, List<Weight> trained) {
        Map<SlotKey, Tensor> slots = new LinkedHashMap<>();
        for (SlotKey key : keys(optimizer, trained)) {
            Weight weight = trained.stream()
                    .filter(w -> w.path().equals(key.weight()))
                    .findFirst()
                    .orElseThrow();
            slots.put(key, Tensor.zeros(weight.spec().type(), weight.spec().shape()));
        }
        Tensor iteration = Tensor.zeros(DataType.INT64, Shape.scalar());
        return new OptimizerState(iteration, LearningRate.of(optimizer), slots);
    }

    /**
     * The slots in Keras's order in a file.
     *
     * @param optimizer the optimizer
     * @param trained the weights it changes
     * @return group after group, in a group weight after weight
     */
    public static List<SlotKey> keys(Optimizer optimizer, List<Weight> trained) {
        List<SlotKey> keys = new ArrayList<>();
        for (List<String> group : optimizer.slotGroups()) {
            for (Weight weight : trained) {
                group.forEach(slot -> keys.add(new SlotKey(weight.path(), slot)));
            }
        }
        return keys;
    }

    /**
     * The slots of one weight.
     *
     * @param optimizer the optimizer
     * @param weight the weight's path
     * @return in the order in which the optimizer's update takes them
     */
    static List<SlotKey> keysOf(Optimizer optimizer, String weight) {
        return optimizer.slotGroups().stream()
                .flatMap(List::stream)
                .map(slot -> new SlotKey(weight, slot))
                .toList();
    }
}
