package dev.slipway.keras.ops;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.CallArguments.Items;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Planes turned, vectors crossed, and choices made.
 *
 * <p>Source: {@code keras.ops.numpy}: {@code rot90}, {@code cross}, {@code select}.
 */
final class Turning {
    private Turning() {}

    static void addTo(Definitions all) {
        all.from("numpy");
        all.add("Rot90", Definition.configured(List.of("array"), config -> {
            int[] axes = Axes.find(config, "axes").orElse(new int[] {0, 1});
            int times = Math.floorMod(config.integer("k", 1), 4);
            return call -> turned(call.ops(), call.tensor("array"), axes, times);
        }));
        all.add("Cross", Definition.configured(Definitions.PAIR, Turning::cross));
        all.add("Select", Definition.of(List.of("condlist", "choicelist", "default"), Turning::select));
    }

    private static Value turned(Ops ops, Value x, int[] axes, int times) {
        int first = x.shape().axis(axes[0]);
        int second = x.shape().axis(axes[1]);
        int[] swapped = Axes.all(x.shape());
        swapped[first] = second;
        swapped[second] = first;
        return switch (times) {
            case 1 -> ops.transpose(ops.flip(x, second), swapped);
            case 2 -> ops.flip(ops.flip(x, first), second);
            case 3 -> ops.flip(ops.transpose(x, swapped), second);
            default -> x;
        };
    }

    /** Of vectors of three numbers, or of two, whose third is 0; of two by two only the third is given. */
    private static Definition.Function cross(Config config) {
        boolean isOne = config.find("axis").isPresent();
        int axis = config.integer("axis", -1);
        int axisA = config.integer("axisa", -1);
        int axisB = config.integer("axisb", -1);
        int axisC = config.integer("axisc", -1);
        return call -> {
            Ops ops = call.ops();
            List<Value> pair = call.pair("x1", "x2");
            List<Value> a = parts(call, pair.get(0), isOne ? axis : axisA);
            List<Value> b = parts(call, pair.get(1), isOne ? axis : axisB);
            if (a.size() == 2 && b.size() == 2) {
                return ops.sub(ops.mul(a.get(0), b.get(1)), ops.mul(a.get(1), b.get(0)));
            }
            List<Value> left = ofThree(ops, a);
            List<Value> right = ofThree(ops, b);
            List<Value> c = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int next = (i + 1) % 3;
                int last = (i + 2) % 3;
                c.add(ops.sub(ops.mul(left.get(next), right.get(last)), ops.mul(left.get(last), right.get(next))));
            }
            int rank = c.get(0).shape().rank() + 1;
            int wanted = isOne ? axis : axisC;
            int at = wanted < 0 ? wanted + rank : wanted;
            return ops.concat(c.stream().map(part -> ops.unsqueeze(part, at)).toList(), at);
        };
    }

    private static List<Value> ofThree(Ops ops, List<Value> parts) {
        return parts.size() == 3
                ? parts
                : List.of(parts.get(0), parts.get(1), ops.mul(parts.get(0), ops.like(parts.get(0), 0)));
    }

    private static List<Value> parts(OperationCall call, Value x, int axis) {
        int at = x.shape().axis(axis);
        if (!x.shape().dimension(at).is(2) && !x.shape().dimension(at).is(3)) {
            throw call.refused("axis", axis + " of " + x.shape(), "vectors of two or three numbers");
        }
        long[] ones = new long[Math.toIntExact(x.shape().size(at))];
        Arrays.fill(ones, 1);
        return call.ops().split(x, at, ones).stream()
                .map(part -> call.ops().squeeze(part, at))
                .toList();
    }

    /** The choice of the first condition that holds. */
    private static Value select(OperationCall call) {
        Ops ops = call.ops();
        if (!(call.argument("condlist") instanceof Items<Value> conditions)) {
            throw call.refused("condlist", "no list", "a list of tensors");
        }
        List<Value> choices = new ArrayList<>(call.list("choicelist"));
        boolean isGiven = call.find("default").isPresent();
        choices.add(isGiven ? call.tensor("default") : ops.like(choices.get(0), 0));
        List<Value> unified = call.unified(choices);
        Value result = unified.get(unified.size() - 1);
        List<Value> truths = call.list("condlist");
        for (int i = conditions.items().size() - 1; i >= 0; i--) {
            result = ops.where(ops.cast(truths.get(i), DataType.BOOL), unified.get(i), result);
        }
        return result;
    }
}
