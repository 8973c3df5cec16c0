package dev.slipway.keras.trainers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Gradient;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.optimizers.Optimizer;
import dev.slipway.keras.optimizers.Slot;
import dev.slipway.keras.optimizers.Trained;
import dev.slipway.keras.optimizers.Variables;
import dev.slipway.keras.trainers.OptimizerState.SlotKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The part of a training step that differentiates the loss and updates the weights. */
final class OptimizerStep {
    private final Graph graph;
    private final Ops ops;
    private final Optimizer optimizer;
    private final Packing packing;
    private final Declaring declaring;

    /** Makes a variable an input of the graph. */
    @FunctionalInterface
    interface Declaring {
        Value declare(String name, DataType type, Shape shape);
    }

    OptimizerStep(Graph graph, Ops ops, Optimizer optimizer, Packing packing, Declaring declaring) {
        this.graph = graph;
        this.ops = ops;
        this.optimizer = optimizer;
        this.packing = packing;
        this.declaring = declaring;
    }

    /**
     * Appends gradients and updates.
     *
     * @param loss what is made small
     * @param weights the weights to be updated
     * @param valueOf gives their values by path
     * @param changed is told of every variable that has a new value
     */
    void append(Value loss, List<Weight> weights, Function<String, Value> valueOf, BiConsumer<String, Value> changed) {
        List<Trained> all = weights.stream().map(OptimizerState::trained).toList();
        List<Value> values =
                all.stream().map(weight -> valueOf.apply(weight.path())).toList();
        List<Trained> trained = together(all);
        Variables before = before(trained, together(all, values));
        List<Optional<Value>> gradients = Gradient.find(ops, optimizer.scaledLoss(ops, loss, before), values);
        Value rate = new Barrier(graph, ops).behind(values, gradients, rate(before.iteration()));
        Variables after = optimizer.apply(ops, rate, trained, before, gradientsTogether(all, values, gradients));
        List<Boolean> isLearning = isLearning(all, gradients);
        List<String> names = names(trained);
        List<Value> old = flat(before);
        List<Value> fresh = flat(after);
        for (int i = 0; i < names.size(); i++) {
            if (!fresh.get(i).equals(old.get(i))) {
                Value settled = settled(names.get(i), old.get(i), fresh.get(i), isLearning);
                accept(names.get(i), settled, changed);
            }
        }
    }

    /** For each packed weight whether it has a gradient. */
    private List<Boolean> isLearning(List<Trained> all, List<Optional<Value>> gradients) {
        return IntStream.range(0, all.size())
                .filter(i -> packing.contains(all.get(i).path()))
                .mapToObj(i -> gradients.get(i).isPresent())
                .toList();
    }

    /** A variable after the step, where those packed weights that have no gradient keep their part of it. */
    private Value settled(String name, Value old, Value fresh, List<Boolean> isLearning) {
        if (!isLearning.contains(false) || !packedNames().contains(name)) {
            return fresh;
        }
        List<Value> before = packing.unpack(ops, old);
        List<Value> after = packing.unpack(ops, fresh);
        return packing.pack(
                ops,
                IntStream.range(0, before.size())
                        .mapToObj(i -> isLearning.get(i) ? after.get(i) : before.get(i))
                        .toList());
    }

    private List<String> packedNames() {
        List<String> names = new ArrayList<>(List.of(packing.whole().path()));
        packing.slots().keySet().forEach(key -> names.add(StepGraph.slot(key)));
        return names;
    }

    /** The weights as the optimizer sees them: those that are packed as one, at the end. */
    private List<Trained> together(List<Trained> all) {
        List<Trained> seen = new ArrayList<>(
                all.stream().filter(weight -> !packing.contains(weight.path())).toList());
        if (!packing.isEmpty()) {
            seen.add(packing.whole());
        }
        return seen;
    }

    /** One value for each weight, in the order of {@link #together(List)}. */
    private List<Value> together(List<Trained> all, List<Value> values) {
        List<Value> seen = new ArrayList<>();
        List<Value> packed = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            (packing.contains(all.get(i).path()) ? packed : seen).add(values.get(i));
        }
        if (!packing.isEmpty()) {
            seen.add(packing.pack(ops, packed));
        }
        return seen;
    }

    /** One gradient for each weight, in the order of {@link #together(List)}; zeros for a packed weight that has none. */
    private List<Optional<Value>> gradientsTogether(
            List<Trained> all, List<Value> values, List<Optional<Value>> gradients) {
        List<Optional<Value>> seen = new ArrayList<>();
        List<Value> packed = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Value value = values.get(i);
            if (packing.contains(all.get(i).path())) {
                packed.add(gradients.get(i).orElseGet(() -> ops.expandLike(ops.like(value, 0), value)));
            } else {
                seen.add(gradients.get(i));
            }
        }
        if (!packing.isEmpty()) {
            boolean some = isLearning(all, gradients).contains(true);
            seen.add(some ? Optional.of(packing.pack(ops, packed)) : Optional.empty());
        }
        return seen;
    }

    private void accept(String name, Value fresh, BiConsumer<String, Value> changed) {
        if (packing.isEmpty() || !name.equals(packing.whole().path())) {
            changed.accept(name, fresh);
            return;
        }
        List<Value> parts = packing.unpack(ops, fresh);
        for (int i = 0; i < parts.size(); i++) {
            changed.accept(packing.members().get(i).path(), parts.get(i));
        }
    }

    private Value rate(Value iteration) {
        return optimizer
                .options()
                .schedule()
                .map(schedule -> schedule.at(ops, iteration))
                .orElseGet(() -> declaring.declare(
                        StepGraph.slot(OptimizerState.LEARNING_RATE), DataType.FLOAT, Shape.scalar()));
    }

    private Variables before(List<Trained> trained, List<Value> values) {
        String iteration = StepGraph.slot(OptimizerState.ITERATION);
        return new Variables(
                shared(optimizer.leadingSlots()),
                declaring.declare(iteration, DataType.INT64, Shape.scalar()),
                shared(optimizer.sharedSlots()),
                values,
                trained.stream()
                        .map(weight -> OptimizerState.slotsOf(optimizer, weight).stream()
                                .map(slot -> declare(weight.path(), slot))
                                .toList())
                        .toList());
    }

    private List<Value> shared(List<Slot> slots) {
        return slots.stream().map(slot -> declare("", slot)).toList();
    }

    private Value declare(String weight, Slot slot) {
        return declaring.declare(StepGraph.slot(new SlotKey(weight, slot.name())), slot.type(), slot.shape());
    }

    /** The names of the variables in the order of {@link #flat}. */
    private List<String> names(List<Trained> trained) {
        List<String> names = new ArrayList<>();
        optimizer.leadingSlots().forEach(slot -> names.add(StepGraph.slot(new SlotKey("", slot.name()))));
        names.add(StepGraph.slot(OptimizerState.ITERATION));
        optimizer.sharedSlots().forEach(slot -> names.add(StepGraph.slot(new SlotKey("", slot.name()))));
        trained.forEach(weight -> names.add(weight.path()));
        for (Trained weight : trained) {
            for (Slot slot : OptimizerState.slotsOf(optimizer, weight)) {
                names.add(StepGraph.slot(new SlotKey(weight.path(), slot.name())));
            }
        }
        return names;
    }

    private static List<Value> flat(Variables variables) {
        List<Value> values = new ArrayList<>(variables.leading());
        values.add(variables.iteration());
        values.addAll(variables.shared());
        values.addAll(variables.weights());
        variables.slots().forEach(values::addAll);
        return values;
    }
}
