package dev.slipway.keras.optimizers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private record Shared(Rule rule, Optional<Value> decay, Optional<Value> momentum) {}

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

    Variables apply(List<Trained> trained, List<Value> gradients) {
        List<Value> sums = accumulated(gradients);
        List<Value> clipped = options.clipping().apply(ops, means(sums));
        List<Value> weights = new ArrayList<>();
        List<List<Value>> slots = new ArrayList<>();
        for (int i = 0; i < trained.size(); i++) {
            List<Value> common = commonSlots(i);
            List<Value> own = before.slots()
                    .get(i)
                    .subList(common.size(), before.slots().get(i).size());
            List<Value> updated = updated(before.weights().get(i), clipped.get(i), own);
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
                after.add(ops.where(isUpdate.get(), ops.like(weight, 0), sums.get(i)));
            }
            after.addAll(updated.subList(1, updated.size()));
            slots.add(after);
            weights.add(constrained(trained.get(i), weight));
        }
        return new Variables(before.leading(), ops.add(before.iteration(), whole(1)), sharedAfter(), weights, slots);
    }

    private List<Value> commonSlots(int weight) {
        int count = (options.averaging().isUsed() ? 1 : 0) + (isUpdate.isPresent() ? 1 : 0);
        return before.slots().get(weight).subList(0, count);
    }

    /** The sums of the gradients since the last update. */
    private List<Value> accumulated(List<Value> gradients) {
        if (isUpdate.isEmpty()) {
            return gradients;
        }
        return IntStream.range(0, gradients.size())
                .mapToObj(i -> {
                    List<Value> common = commonSlots(i);
                    return ops.add(gradients.get(i), common.get(common.size() - 1));
                })
                .toList();
    }

    private List<Value> means(List<Value> sums) {
        if (isUpdate.isEmpty()) {
            return sums;
        }
        double steps = options.accumulationSteps().getAsInt();
        return sums.stream().map(sum -> ops.div(sum, ops.like(sum, steps))).toList();
    }

    /** A weight and its own slots after the rule; as they were if this step only accumulates. */
    private List<Value> updated(Value weight, Value gradient, List<Value> own) {
        Shared numbers = shared(weight.type());
        Value decayed = numbers.decay().map(factor -> ops.mul(weight, factor)).orElse(weight);
        List<Value> after = numbers.rule().update(decayed, gradient, own);
        List<Value> unchanged = new ArrayList<>(List.of(weight));
        unchanged.addAll(own);
        return chosen(after, unchanged);
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
        Optional<Value> decay = options.weightDecay().stream()
                .mapToObj(part -> ops.sub(step.scalar(1), ops.mul(step.scalar(part), typed)))
                .findFirst();
        Averaging averaging = options.averaging();
        return new Shared(
                optimizer.rule(step),
                decay,
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
