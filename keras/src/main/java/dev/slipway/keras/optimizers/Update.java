package dev.slipway.keras.optimizers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * One step of an optimizer in Keras's order: gradients are accumulated and clipped, weights decay, the rule updates them,
 * their moving means follow and may take their place, constraints come last.
 *
 * <p>Source: {@code BaseOptimizer.apply} and {@code _backend_apply_gradients}; weights decay by one factor, as on Keras's
 * PyTorch backend.
 */
final class Update {
    private final Ops ops;
    private final Optimizer optimizer;
    private final OptimizerOptions options;
    private final Value rate;
    private final Variables before;

    /** The number of updates done: steps, or groups of steps whose gradients accumulate. */
    private final Value updates;

    /** Whether this step ends a group; absent if every step is an update. */
    private final Optional<Value> isUpdate;

    /** What the weights of one type share. */
    private record Shared(Step step, Rule rule, Map<Double, Value> decays, Optional<Value> momentum) {}

    private final Map<DataType, Shared> shared = new EnumMap<>(DataType.class);

    Update(Ops ops, Optimizer optimizer, Value rate, Variables before) {
        this.ops = ops;
        this.optimizer = optimizer;
        this.options = optimizer.options();
        this.rate = rate;
        this.before = before;
        Value iteration = before.iteration();
        Optional<Value> steps =
                options.accumulationSteps().stream().mapToObj(this::whole).findFirst();
        updates = steps.map(n -> ops.div(iteration, n)).orElse(iteration);
        isUpdate = steps.map(n -> isMultiple(ops.add(iteration, whole(1)), n));
    }

    private Value whole(int number) {
        return ops.constant(DataType.INT64, number);
    }

    private Value isMultiple(Value number, Value of) {
        return ops.equal(ops.mod(number, of), whole(0));
    }

    Variables apply(List<Trained> trained, List<Optional<Value>> gradients) {
        List<Optional<Value>> sums = accumulated(gradients);
        List<Optional<Value>> clipped = clipped(means(sums));
        List<Value> weights = new ArrayList<>();
        List<List<Value>> slots = new ArrayList<>();
        for (int i = 0; i < trained.size(); i++) {
            List<Value> common = commonSlots(i);
            List<Value> own = before.slots()
                    .get(i)
                    .subList(common.size(), before.slots().get(i).size());
            List<Value> updated = updated(trained.get(i), before.weights().get(i), clipped.get(i), own);
            List<Value> after = new ArrayList<>();
            Value weight = updated.get(0);
            if (options.averaging().isUsed()) {
                Value average = Averaging.next(
                        ops,
                        common.get(0),
                        weight,
                        shared(weight.type()).momentum().orElseThrow());
                after.add(average);
                weight = replaced(weight, average);
            }
            if (isUpdate.isPresent()) {
                Value kept = common.get(common.size() - 1);
                Value nothing = ops.like(weight, 0);
                after.add(sums.get(i)
                        .map(sum -> ops.where(isUpdate.get(), nothing, sum))
                        .orElse(kept));
            }
            after.addAll(updated.subList(1, updated.size()));
            slots.add(after);
            weights.add(clipped.get(i).isPresent() ? constrained(trained.get(i), weight) : weight);
        }
        return new Variables(before.leading(), ops.add(before.iteration(), whole(1)), sharedAfter(), weights, slots);
    }

    private List<Value> commonSlots(int weight) {
        int count = (options.averaging().isUsed() ? 1 : 0) + (isUpdate.isPresent() ? 1 : 0);
        return before.slots().get(weight).subList(0, count);
    }

    /** The sums of the gradients since the last update. */
    private List<Optional<Value>> accumulated(List<Optional<Value>> gradients) {
        if (isUpdate.isEmpty()) {
            return gradients;
        }
        return IntStream.range(0, gradients.size())
                .mapToObj(i -> {
                    List<Value> common = commonSlots(i);
                    return gradients.get(i).map(gradient -> ops.add(gradient, common.get(common.size() - 1)));
                })
                .toList();
    }

    private List<Optional<Value>> means(List<Optional<Value>> sums) {
        if (isUpdate.isEmpty()) {
            return sums;
        }
        double steps = options.accumulationSteps().getAsInt();
        return sums.stream()
                .map(found -> found.map(sum -> ops.div(sum, ops.like(sum, steps))))
                .toList();
    }

    /** The gradients there are, within the limit. */
    private List<Optional<Value>> clipped(List<Optional<Value>> gradients) {
        List<Value> there = gradients.stream().flatMap(Optional::stream).toList();
        Iterator<Value> within = options.clipping().apply(ops, there).iterator();
        return gradients.stream()
                .map(gradient -> gradient.map(unclipped -> within.next()))
                .toList();
    }

    /** A weight and its own slots after the rule; as they were without a gradient, or if this step only accumulates. */
    private List<Value> updated(Trained trained, Value weight, Optional<Value> gradient, List<Value> own) {
        List<Value> unchanged = new ArrayList<>(List.of(weight));
        unchanged.addAll(own);
        return gradient.map(found -> shared(weight.type()).rule().update(decayed(trained, weight), found, own))
                .map(after -> chosen(after, unchanged))
                .orElse(unchanged);
    }

    private Value decayed(Trained trained, Value weight) {
        Shared numbers = shared(weight.type());
        OptionalDouble part = optimizer.weightDecay(trained);
        return part.isEmpty()
                ? weight
                : ops.mul(weight, numbers.decays().computeIfAbsent(part.getAsDouble(), numbers.step()::rest));
    }

    private List<Value> chosen(List<Value> after, List<Value> unchanged) {
        if (isUpdate.isEmpty()) {
            return after;
        }
        return IntStream.range(0, after.size())
                .mapToObj(i -> after.get(i).equals(unchanged.get(i))
                        ? after.get(i)
                        : ops.where(isUpdate.get(), after.get(i), unchanged.get(i)))
                .toList();
    }

    private Shared shared(DataType type) {
        return shared.computeIfAbsent(type, this::newShared);
    }

    private Shared newShared(DataType type) {
        Value typed = ops.cast(rate, type);
        Value number = ops.cast(ops.add(updates, whole(1)), type);
        Step step = new Step(ops, type, typed, number, before.shared());
        Averaging averaging = options.averaging();
        return new Shared(
                step,
                optimizer.rule(step),
                new HashMap<>(),
                averaging.isUsed() ? Optional.of(averaging.momentumAt(ops, updates, type)) : Optional.empty());
    }

    private List<Value> sharedAfter() {
        return before.shared().isEmpty()
                ? List.of()
                : chosen(shared(before.shared().get(0).type()).rule().shared(), before.shared());
    }

    private Value replaced(Value weight, Value average) {
        return options.averaging().overwriteFrequency().stream()
                .mapToObj(n -> ops.where(isMultiple(ops.add(updates, whole(1)), whole(n)), average, weight))
                .findFirst()
                .orElse(weight);
    }

    private Value constrained(Trained trained, Value weight) {
        return trained.constraint()
                .map(constraint -> constraint.project(ops, weight))
                .orElse(weight);
    }
}
