package dev.slipway.keras.ops;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.CallArguments.Argument;
import dev.slipway.keras.layers.CallArguments.Items;
import dev.slipway.keras.layers.CallArguments.Plain;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Planes turned, vectors crossed, and numbers between sorted ones.
 *
 * <p>Source: {@code keras.ops.numpy}: {@code rot90}, {@code cross}, {@code quantile}, {@code select}.
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
        all.add("Quantile", Definition.configured(List.of("x", "q"), Turning::quantile));
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

    /** Of vectors of three numbers. */
    private static Definition.Function cross(Config config) {
        boolean isOne = config.find("axis").isPresent();
        int axis = config.integer("axis", -1);
        int axisA = isOne ? axis : config.integer("axisa", -1);
        int axisB = isOne ? axis : config.integer("axisb", -1);
        int axisC = isOne ? axis : config.integer("axisc", -1);
        return call -> {
            Ops ops = call.ops();
            List<Value> pair = call.pair("x1", "x2");
            List<Value> a = parts(call, pair.get(0), axisA);
            List<Value> b = parts(call, pair.get(1), axisB);
            List<Value> c = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int next = (i + 1) % 3;
                int last = (i + 2) % 3;
                c.add(ops.sub(ops.mul(a.get(next), b.get(last)), ops.mul(a.get(last), b.get(next))));
            }
            int rank = c.get(0).shape().rank() + 1;
            int at = axisC < 0 ? axisC + rank : axisC;
            return ops.concat(c.stream().map(part -> ops.unsqueeze(part, at)).toList(), at);
        };
    }

    private static List<Value> parts(OperationCall call, Value x, int axis) {
        int at = x.shape().axis(axis);
        if (!x.shape().dimension(at).is(3)) {
            throw call.refused("axis", axis + " of " + x.shape(), "vectors of three numbers");
        }
        return call.ops().split(x, at, 1, 1, 1).stream()
                .map(part -> call.ops().squeeze(part, at))
                .toList();
    }

    private static Definition.Function quantile(Config config) {
        int[] axes = Axes.find(config, "axis").orElse(new int[0]);
        boolean keepDims = config.truth("keepdims", false);
        String method = config.text("method", "linear");
        if (axes.length > 1
                || !List.of("linear", "lower", "higher", "midpoint", "nearest").contains(method)) {
            throw config.refused(
                    "axis, method",
                    axes.length + " axes, " + method,
                    "one axis; linear, lower, higher," + " midpoint or nearest");
        }
        return call -> {
            Ops ops = call.ops();
            Value x = call.floating("x");
            Value rows = axes.length == 0 ? Ordering.AlongAxis.flat(ops, x) : x;
            int axis = axes.length == 0 ? 0 : x.shape().axis(axes[0]);
            Dimension length = rows.shape().dimension(axis);
            if (!length.isKnown()) {
                throw call.refused("axis", axis + " of " + x.shape(), "an axis of known length");
            }
            Value sorted = ops.flip(ops.topK(rows, length, axis).get(0), axis);
            List<Value> found = new ArrayList<>();
            JsonNode shares = shares(call);
            for (JsonNode share : shares.isArray() ? shares : List.of(shares)) {
                Value at = at(ops, sorted, axis, share.asDouble() * (length.size() - 1), method);
                Value whole = keepDims && axes.length == 0
                        ? ops.unsqueeze(at, IntStream.range(1, x.shape().rank()).toArray())
                        : at;
                found.add(keepDims ? whole : ops.squeeze(whole, axis));
            }
            return shares.isArray()
                    ? ops.concat(
                            found.stream().map(part -> ops.unsqueeze(part, 0)).toList(), 0)
                    : found.get(0);
        };
    }

    private static JsonNode shares(OperationCall call) {
        Argument<Value> given = call.argument("q");
        if (!(given instanceof Plain<Value> plain)) {
            throw call.refused("q", "a tensor", "numbers from 0 to 1");
        }
        JsonNode value =
                plain.value().has("config") ? plain.value().path("config").path("value") : plain.value();
        for (JsonNode share : value.isArray() ? value : List.of(value)) {
            if (!share.isNumber() || share.doubleValue() < 0 || share.doubleValue() > 1) {
                throw call.refused("q", value + "", "numbers from 0 to 1");
            }
        }
        return value;
    }

    private static Value at(Ops ops, Value sorted, int axis, double place, String method) {
        long lower = (long) Math.floor(place);
        long upper = (long) Math.ceil(place);
        Value low = ops.slice(sorted, axis, lower, lower + 1);
        Value high = ops.slice(sorted, axis, upper, upper + 1);
        double share = switch (method) {
            case "lower" -> 0;
            case "higher" -> 1;
            case "midpoint" -> 0.5;
            case "nearest" -> Math.rint(place) - lower;
            default -> place - lower;
        };
        return ops.add(low, ops.mul(ops.sub(high, low), ops.like(low, share)));
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
