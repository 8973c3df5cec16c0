package dev.slipway.keras.trainers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.optimizers.Optimizer;
import dev.slipway.keras.optimizers.Slot;
import dev.slipway.keras.optimizers.Trained;
import dev.slipway.keras.trainers.OptimizerState.SlotKey;
import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Small weights that one run of operators updates together: in a small network the engine spends more time between operators
 * than in them. Their values and gradients are put side by side in the step; their slots stay so from step to step. As the
 * update works number by number, it gives what an update of each gives.
 */
public final class Packing {
    /** The path of all together; a weight's own path has a name in front of a slash. */
    private static final String PATH = "packed";

    /** Elements from which a weight's update takes longer than what packing it saves. */
    private static final long SMALL = 1 << 14;

    /** Slots of a weight from which an update has more operators than packing and unpacking. */
    private static final int WORTHWHILE_SLOTS = 2;

    private static final int WORTHWHILE_WEIGHTS = 3;

    private final List<Trained> members;
    private final Map<String, Long> starts = new LinkedHashMap<>();
    private final long length;
    private final Map<SlotKey, Tensor> slots = new LinkedHashMap<>();

    private Packing(List<Trained> members, Function<Trained, List<Slot>> slotsOf) {
        this.members = members;
        long end = 0;
        for (Trained member : members) {
            starts.put(member.path(), end);
            end += member.shape().elementCount();
        }
        this.length = end;
        if (!members.isEmpty()) {
            for (Slot slot : slotsOf.apply(whole())) {
                slots.put(new SlotKey(PATH, slot.name()), Tensor.zeros(slot.type(), slot.shape()));
            }
        }
    }

    /**
     * Chooses what is packed.
     *
     * @param optimizer the optimizer
     * @param weights all weights of a network
     */
    static Packing of(Optimizer optimizer, List<Weight> weights) {
        List<Trained> small = weights.stream()
                .filter(Weight::trainable)
                .map(OptimizerState::trained)
                .filter(weight -> mayBePacked(optimizer, weight))
                .toList();
        boolean pays = optimizer.updatesNumberByNumber() && small.size() >= WORTHWHILE_WEIGHTS;
        return new Packing(pays ? small : List.of(), weight -> OptimizerState.slotsOf(optimizer, weight));
    }

    /** Nothing together. */
    static Packing none() {
        return new Packing(List.of(), weight -> List.of());
    }

    private static boolean mayBePacked(Optimizer optimizer, Trained weight) {
        return weight.type() == DataType.FLOAT
                && weight.shape().elementCount() <= SMALL
                && weight.constraint().isEmpty()
                && OptimizerState.slotsOf(optimizer, weight).size() >= WORTHWHILE_SLOTS;
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    boolean contains(String path) {
        return starts.containsKey(path);
    }

    List<Trained> members() {
        return members;
    }

    /** All of them as one weight. */
    Trained whole() {
        return new Trained(PATH, DataType.FLOAT, Shape.of(length), Optional.empty());
    }

    /** The slots of all together. */
    Map<SlotKey, Tensor> slots() {
        return slots;
    }

    /** A member's slot as the part of the slot of all that it is, with its content; any other variable as it is. */
    Tensor placed(SlotKey key, Tensor variable) {
        Tensor all = slots.get(new SlotKey(PATH, key.slot()));
        if (all == null || !contains(key.weight())) {
            return variable;
        }
        Tensor part = part(all, key, variable);
        part.assign(variable);
        return part;
    }

    /** Where steps read and write a variable now. */
    Tensor current(SlotKey key, Tensor variable, Function<SlotKey, Tensor> currentOf) {
        return contains(key.weight())
                ? part(currentOf.apply(new SlotKey(PATH, key.slot())), key, variable)
                : currentOf.apply(key);
    }

    private Tensor part(Tensor all, SlotKey key, Tensor variable) {
        int width = all.type().byteSize();
        int start = Math.toIntExact(starts.getOrDefault(key.weight(), 0L) * width);
        int size = Math.toIntExact(variable.shape().elementCount() * width);
        return Tensor.over(all.type(), variable.shape(), all.bytes().slice(start, size));
    }

    /** Puts a value of each member side by side. */
    Value pack(Ops ops, List<Value> values) {
        return ops.concat(
                values.stream()
                        .map(value -> ops.reshape(value, Shape.of(value.shape().elementCount())))
                        .toList(),
                0);
    }

    /** Takes apart what {@link #pack} put side by side. */
    List<Value> unpack(Ops ops, Value packed) {
        long[] lengths = members.stream()
                .mapToLong(member -> member.shape().elementCount())
                .toArray();
        List<Value> parts = ops.split(packed, 0, lengths);
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            values.add(ops.reshape(parts.get(i), members.get(i).shape()));
        }
        return values;
    }
}
