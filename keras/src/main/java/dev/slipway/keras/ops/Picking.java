package dev.slipway.keras.ops;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.CallArguments;
import dev.slipway.keras.layers.CallArguments.Argument;
import dev.slipway.keras.layers.CallArguments.Plain;
import dev.slipway.keras.layers.DTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Elements picked out of a tensor: {@code x[:, 0, ..., ::2]}, by places, and classes as vectors.
 *
 * <p>Source: {@code keras.src.ops.numpy.GetItem}, {@code Take} and {@code TakeAlongAxis} of Keras 3.
 */
final class Picking {
    private Picking() {}

    static void addTo(Definitions all) {
        all.from("numpy");
        all.add("GetItem", Definition.of(List.of("x", "key"), Picking::item));
        all.add("Take", Definition.configured(List.of("x", "indices"), Picking::take));
        all.add("TakeAlongAxis", Definition.configured(List.of("x", "indices"), Picking::takeAlongAxis));
        all.configured("Diagonal", Picking::diagonal);
        all.configured("Trace", config -> {
            Definitions.Unary diagonal = diagonal(config);
            return (ops, x) -> ops.reduceSum(diagonal.apply(ops, Promotion.number(ops, x)), false, -1);
        });
        all.from("nn");
        all.configured("OneHot", Picking::oneHot);
        all.configured("MultiHot", config -> {
            Definitions.Unary vectors = oneHot(config);
            return (ops, x) ->
                    ops.reduceMax(vectors.apply(ops, x), false, x.shape().rank() > 1 ? 1 : 0);
        });
    }

    private static Value item(OperationCall call) {
        Argument<Value> key = call.argument("key");
        if (key instanceof CallArguments.Tensor<Value> places) {
            if (places.tensor().type() == DataType.BOOL
                    || places.tensor().type().isFloating()) {
                throw call.refused("key", "a tensor of " + places.tensor().type(), "places, numbers and slices");
            }
            return call.ops().gather(call.tensor("x"), index(call.ops(), places.tensor()), 0);
        }
        if (!(key instanceof Plain<Value> plain)) {
            throw call.refused("key", "a list with tensors", "a tensor of places, numbers and slices");
        }
        return item(call, call.tensor("x"), plain.value());
    }

    /** What a key of places, numbers and slices picks out of a tensor. */
    static Value item(OperationCall call, Value whole, JsonNode key) {
        List<JsonNode> steps = new ArrayList<>();
        if (key.isArray()) {
            key.forEach(steps::add);
        } else {
            steps.add(key);
        }
        Value x = whole;
        int named = (int) steps.stream()
                .filter(step -> !step.isNull() && !isOf(step, "__ellipsis__"))
                .count();
        int open = x.shape().rank() - named;
        long ellipses =
                steps.stream().filter(step -> isOf(step, "__ellipsis__")).count();
        long lists = steps.stream().filter(JsonNode::isArray).count();
        boolean mixes = lists > 0 && steps.stream().anyMatch(step -> step.isNumber() || step.isNull());
        if (open < 0 || ellipses > 1 || lists > 1 || mixes) {
            throw call.refused(
                    "key",
                    key + " of " + x.shape(),
                    "at most one step an axis, one '...' and"
                            + " one list of places, the latter without numbers beside it");
        }
        int axis = 0;
        for (JsonNode step : steps) {
            if (isOf(step, "__ellipsis__")) {
                axis += open;
            } else if (step.isNull()) {
                x = call.ops().unsqueeze(x, axis++);
            } else if (step.isIntegralNumber() && step.canConvertToInt()) {
                x = one(call, x, axis, step.intValue());
            } else if (isOf(step, "__slice__")) {
                x = slice(call, x, axis++, step.path("config"));
            } else if (step.isArray()) {
                x = places(call, x, axis++, step);
            } else {
                throw call.refused("key", step.toString(), "whole numbers, slices, '...' and None");
            }
        }
        return x;
    }

    private static boolean isOf(JsonNode step, String className) {
        return step.path("class_name").asText("").equals(className);
    }

    private static Value one(OperationCall call, Value x, int axis, int place) {
        requireInside(call, x, axis, place);
        return call.ops().gather(x, call.ops().constant(DataType.INT64, place), axis);
    }

    private static void requireInside(OperationCall call, Value x, int axis, long place) {
        Dimension length = x.shape().dimension(axis);
        if (length.isKnown() && (place >= length.size() || place < -length.size())) {
            throw call.refused("key", place + " on axis " + axis + " of " + x.shape(), "a place inside");
        }
    }

    private static Value places(OperationCall call, Value x, int axis, JsonNode list) {
        long[] places = new long[list.size()];
        for (int i = 0; i < places.length; i++) {
            if (!list.get(i).isIntegralNumber() || !list.get(i).canConvertToInt()) {
                throw call.refused("key", list.toString(), "a list of whole numbers");
            }
            places[i] = list.get(i).intValue();
            requireInside(call, x, axis, places[i]);
        }
        return call.ops().gather(x, call.ops().constant(places), axis);
    }

    private static Value slice(OperationCall call, Value x, int axis, JsonNode slice) {
        long step = bound(call, slice, "step", 1);
        if (step == 0) {
            throw call.refused("key", slice.toString(), "a step that is not 0");
        }
        boolean isWhole = step == 1 && slice.path("stop").isNull() && bound(call, slice, "start", 0) == 0;
        if (isWhole) {
            return x;
        }
        long start = bound(call, slice, "start", step > 0 ? 0 : -1);
        long stop = bound(call, slice, "stop", step > 0 ? Long.MAX_VALUE : Long.MIN_VALUE);
        return call.ops().slice(x, axis, start, stop, step);
    }

    private static long bound(OperationCall call, JsonNode slice, String key, long absent) {
        JsonNode value = slice.path(key);
        if (value.isNull() || value.isMissingNode()) {
            return absent;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw call.refused("key", slice.toString(), "a slice of whole numbers");
        }
        return value.longValue();
    }

    private static Definition.Function take(Config config) {
        boolean isFlat = config.find("axis").isEmpty();
        int axis = config.integer("axis", 0);
        return call -> {
            Value x = call.tensor("x");
            Value whole = isFlat ? Ordering.AlongAxis.flat(call.ops(), x) : x;
            return call.ops().gather(whole, index(call.ops(), call.tensor("indices")), axis);
        };
    }

    private static Definition.Function takeAlongAxis(Config config) {
        boolean isFlat = config.isNull("axis");
        int axis = isFlat ? 0 : config.integer("axis");
        return call -> {
            Value given = call.tensor("x");
            Value x = isFlat ? Ordering.AlongAxis.flat(call.ops(), given) : given;
            Value indices = index(call.ops(), call.tensor("indices"));
            int at = x.shape().axis(axis);
            if (indices.shape().rank() == x.shape().rank()) {
                indices = spread(call.ops(), indices, x, at);
            }
            for (int i = 0; i < Math.min(x.shape().rank(), indices.shape().rank()); i++) {
                Dimension a = x.shape().dimension(i);
                Dimension b = indices.shape().dimension(i);
                if (i != at && !a.equals(b)) {
                    throw call.refused(
                            "indices", indices.shape() + " of " + x.shape(), "equal lengths but at the axis");
                }
            }
            return call.ops().gatherElements(x, indices, at);
        };
    }

    /** Indices of length 1 along another axis are those of all places there. */
    private static Value spread(Ops ops, Value indices, Value x, int at) {
        Value wide = indices;
        for (int axis = 0; axis < x.shape().rank(); axis++) {
            if (axis != at && indices.shape().dimension(axis).is(1)) {
                Value line = ops.slice(x, at, 0, 1);
                for (int other = 0; other < x.shape().rank(); other++) {
                    line = other == axis || other == at ? line : ops.slice(line, other, 0, 1);
                }
                wide = ops.expandLike(wide, ops.add(wide, ops.cast(ops.mul(line, ops.like(line, 0)), wide.type())));
            }
        }
        return wide;
    }

    /** What lies on a diagonal of two axes, on a new last axis. */
    static Definitions.Unary diagonal(Config config) {
        int offset = config.integer("offset", 0);
        int first = config.integer("axis1", 0);
        int second = config.integer("axis2", 1);
        return (ops, x) -> {
            int rows = x.shape().axis(first);
            int columns = x.shape().axis(second);
            if (rows == columns
                    || !x.shape().dimension(rows).isKnown()
                    || !x.shape().dimension(columns).isKnown()) {
                throw config.refused("axis1", first + " and axis2 = " + second + " of " + x.shape(), "two known axes");
            }
            long width = x.shape().size(columns);
            long from = Math.max(0, -offset);
            long to = Math.min(x.shape().size(rows), width - offset);
            if (to <= from) {
                throw config.refused("offset", offset + " of " + x.shape(), "a diagonal inside");
            }
            int[] order = IntStream.concat(
                            IntStream.range(0, x.shape().rank()).filter(axis -> axis != rows && axis != columns),
                            IntStream.of(rows, columns))
                    .toArray();
            Value last = ops.transpose(x, order);
            List<Dimension> flat = new ArrayList<>(
                    last.shape().slice(0, last.shape().rank() - 2).dimensions());
            flat.add(Dimension.of(x.shape().size(rows) * width));
            long[] places = LongStream.range(from, to)
                    .map(row -> row * width + row + offset)
                    .toArray();
            return ops.gather(ops.reshape(last, Shape.of(flat)), ops.constant(places), flat.size() - 1);
        };
    }

    private static Value index(Ops ops, Value indices) {
        return indices.type() == DataType.INT32 ? indices : ops.cast(indices, DataType.INT64);
    }

    private static Definitions.Unary oneHot(Config config) {
        int classes = config.integer("num_classes");
        int axis = config.integer("axis", -1);
        String name = config.text("dtype", "float32");
        DataType type =
                DTypes.named(name).orElseThrow(() -> config.refused("dtype", name, "a type that Slipway supports"));
        if (classes < 1) {
            throw config.refused("num_classes", classes + "", ">= 1");
        }
        if (config.truth("sparse", false)) {
            throw config.refused("sparse", "true", "false");
        }
        return (ops, x) -> {
            Value places = ops.cast(x, DataType.INT64);
            Value isBelow = ops.less(places, ops.like(places, 0));
            // Below zero there is no class, where ONNX would count from the end.
            Value vectors = ops.oneHot(ops.where(isBelow, ops.like(places, classes), places), classes, DataType.FLOAT);
            int rank = vectors.shape().rank();
            int at = vectors.shape().axis(axis);
            int[] order = new int[rank];
            for (int i = 0; i < rank; i++) {
                order[i] = i < at ? i : i == at ? rank - 1 : i - 1;
            }
            return ops.cast(at == rank - 1 ? vectors : ops.transpose(vectors, order), type);
        };
    }
}
