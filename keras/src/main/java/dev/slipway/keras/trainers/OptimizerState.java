package dev.slipway.keras.trainers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.KerasVersion;
import dev.slipway.keras.initializers.Initializer;
import dev.slipway.keras.initializers.Initializers;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.optimizers.Averaging;
import dev.slipway.keras.optimizers.LearningRate;
import dev.slipway.keras.optimizers.Optimizer;
import dev.slipway.keras.optimizers.Slot;
import dev.slipway.keras.optimizers.Trained;
import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * What an optimizer remembers: steps done, learning rate, and the slots of every trained weight.
 *
 * @param iteration the number of steps done, {@code INT64 []}
 * @param learningRate the learning rate of the next step
 * @param slots by the weight's path and the slot's name
 * @param variables all of these in the order in which the latest Keras stores them
 * @param packing which slots are parts of one tensor
 */
public record OptimizerState(
        Tensor iteration,
        LearningRate learningRate,
        Map<SlotKey, Tensor> slots,
        Map<SlotKey, Tensor> variables,
        Packing packing) {
    static final SlotKey ITERATION = SlotKey.shared("iteration");
    static final SlotKey LEARNING_RATE = SlotKey.shared("learning_rate");

    /** What every optimizer may have of a weight, in the order in which Keras stores it. */
    private static final List<String> COMMON = List.of(Averaging.SLOT, Optimizer.ACCUMULATOR);

    /**
     * Which slot.
     *
     * @param weight the path of the weight; empty for what all weights share
     * @param slot the slot's name, such as {@code momentum}
     */
    public record SlotKey(String weight, String slot) {
        static SlotKey shared(String name) {
            return new SlotKey("", name);
        }
    }

    /**
     * The state before the first step.
     *
     * @param optimizer the optimizer
     * @param weights the weights it changes
     * @return what each slot begins with, and the optimizer's learning rate
     */
    public static OptimizerState initial(Optimizer optimizer, List<Weight> weights) {
        Tensor iteration = Tensor.zeros(DataType.INT64, Shape.scalar());
        LearningRate rate = LearningRate.of(optimizer, iteration);
        Map<SlotKey, Tensor> variables = new LinkedHashMap<>();
        optimizer.leadingSlots().forEach(slot -> put(variables, "", slot));
        variables.put(ITERATION, iteration);
        rate.variable().ifPresent(variable -> variables.put(LEARNING_RATE, variable));
        List<Trained> trained = weights.stream().map(OptimizerState::trained).toList();
        for (String common : COMMON) {
            trained.forEach(weight -> optimizer.commonSlots(weight).stream()
                    .filter(slot -> slot.name().equals(common))
                    .forEach(slot -> put(variables, weight.path(), slot)));
        }
        int groups = trained.stream()
                .mapToInt(weight -> optimizer.slotGroups(weight).size())
                .max()
                .orElse(0);
        for (int group = 0; group < groups; group++) {
            for (Trained weight : trained) {
                optimizer.slotGroups(weight).get(group).forEach(slot -> put(variables, weight.path(), slot));
            }
        }
        optimizer.sharedSlots().forEach(slot -> put(variables, "", slot));
        Packing packing = Packing.of(optimizer, weights);
        variables.replaceAll(packing::placed);
        Map<SlotKey, Tensor> slots = new LinkedHashMap<>(variables);
        slots.keySet().removeAll(List.of(ITERATION, LEARNING_RATE));
        return new OptimizerState(iteration, rate, slots, variables, packing);
    }

    private static void put(Map<SlotKey, Tensor> into, String weight, Slot slot) {
        Initializer initial = Initializers.of("Constant", Config.json().put("value", slot.initial()));
        Tensor value = initial.create(slot.type(), slot.shape(), new SplittableRandom(0));
        into.put(new SlotKey(weight, slot.name()), value);
    }

    /** What an optimizer is told of a weight. */
    static Trained trained(Weight weight) {
        return new Trained(
                weight.path(),
                weight.spec().type(),
                weight.spec().shape(),
                weight.spec().constraint());
    }

    /**
     * The variables that an optimizer has before its first step in Keras, which is when it makes its slots.
     *
     * @return iteration and learning rate, and those of an optimizer around another one
     */
    public List<Tensor> early() {
        List<Tensor> early = new ArrayList<>();
        variables.forEach((key, value) -> {
            if (key.weight().isEmpty()
                    && (key.slot().endsWith("iteration") || key.slot().endsWith("learning_rate"))) {
                early.add(value);
            }
        });
        return early;
    }

    /**
     * The orders in which a Keras may have stored the variables, the most likely first.
     *
     * @param version the version of Keras
     * @return that of the version, that of the others, and those without what weights share, which Keras does not store of an
     *     optimizer inside another one
     */
    public List<List<Tensor>> orders(KerasVersion version) {
        List<SlotKey> byKind = List.copyOf(variables.keySet());
        List<SlotKey> byWeight = byWeight();
        List<List<Tensor>> orders = new ArrayList<>();
        orders.add(tensors(version.storesSlotsByKind() ? byKind : byWeight));
        orders.add(tensors(version.storesSlotsByKind() ? byWeight : byKind));
        orders.add(tensors(byKind.subList(0, byKind.size() - shared())));
        return orders;
    }

    /**
     * The variables in the order in which a Keras stores them.
     *
     * @param version the version of Keras
     * @return all of {@link #variables}
     */
    public Map<SlotKey, Tensor> variables(KerasVersion version) {
        Map<SlotKey, Tensor> ordered = new LinkedHashMap<>();
        (version.storesSlotsByKind() ? variables.keySet() : byWeight())
                .forEach(key -> ordered.put(key, Objects.requireNonNull(variables.get(key), key.toString())));
        return ordered;
    }

    private List<Tensor> tensors(List<SlotKey> keys) {
        return keys.stream()
                .map(key -> Objects.requireNonNull(variables.get(key), key.toString()))
                .toList();
    }

    /** How many variables stand behind the slots of weights. */
    private int shared() {
        List<SlotKey> keys = List.copyOf(variables.keySet());
        int first = keys.size();
        while (first > 0 && keys.get(first - 1).weight().isEmpty()) {
            first--;
        }
        return first == 0 ? 0 : keys.size() - first;
    }

    /** As Keras had them up to 3.9: see {@link KerasVersion#storesSlotsByKind}. */
    private List<SlotKey> byWeight() {
        List<SlotKey> keys = List.copyOf(variables.keySet());
        int slots = keys.size() - shared();
        Map<String, List<SlotKey>> common = new LinkedHashMap<>();
        List<SlotKey> own = new ArrayList<>();
        List<SlotKey> ordered = new ArrayList<>();
        for (SlotKey key : keys.subList(0, slots)) {
            if (key.weight().isEmpty()) {
                ordered.add(key);
            } else if (COMMON.contains(key.slot())) {
                common.computeIfAbsent(key.weight(), weight -> new ArrayList<>())
                        .add(key);
            } else {
                own.add(key);
            }
        }
        common.values().forEach(ordered::addAll);
        ordered.addAll(keys.subList(slots, keys.size()));
        ordered.addAll(own);
        return ordered;
    }

    /**
     * Takes over what another state of the same optimizer and the same weights remembers, in whatever order.
     *
     * @param other the other state
     * @throws NullPointerException if the other one lacks a variable of this one
     */
    public void assign(OptimizerState other) {
        variables.forEach((key, variable) ->
                variable.assign(Objects.requireNonNull(other.variables().get(key), key.toString())));
    }

    /**
     * The slots of one weight.
     *
     * @param optimizer the optimizer
     * @param weight the weight
     * @return in the order in which the optimizer's update takes them
     */
    static List<Slot> slotsOf(Optimizer optimizer, Trained weight) {
        List<Slot> slots = new ArrayList<>(optimizer.commonSlots(weight));
        optimizer.slotGroups(weight).forEach(slots::addAll);
        return slots;
    }
}
