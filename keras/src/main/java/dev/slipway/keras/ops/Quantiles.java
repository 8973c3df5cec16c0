package dev.slipway.keras.ops;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.CallArguments.Argument;
import dev.slipway.keras.layers.CallArguments.Plain;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The numbers below which a share of the others lies, along axes taken together; in the form that passes over what is no
 * number, of those that are.
 *
 * <p>Source: {@code keras.ops.numpy}: {@code quantile}, {@code percentile}, {@code median} and their neighbours of {@code nan}.
 */
final class Quantiles {
    private static final List<String> X_Q = List.of("x", "q");
    private static final List<String> METHODS = List.of("linear", "lower", "higher", "midpoint", "nearest");

    private final int[] axes;
    private final boolean keepsDims;
    private final String method;
    private final boolean skipsMissing;

    private Quantiles(Config config, boolean skipsMissing) {
        this.axes = Axes.find(config, "axis").orElse(new int[0]);
        this.keepsDims = config.truth("keepdims", false);
        this.method = config.text("method", "linear");
        this.skipsMissing = skipsMissing;
        if (!METHODS.contains(method)) {
            throw config.refused("method", method, "one of " + METHODS);
        }
    }

    static void addTo(Definitions all) {
        all.from("numpy");
        for (String prefix : List.of("", "Nan")) {
            boolean skips = !prefix.isEmpty();
            all.add(named(prefix, "Quantile"), shares(1, skips));
            all.add(named(prefix, "Percentile"), shares(100, skips));
            all.add(named(prefix, "Median"), Definition.configured(Definitions.X, config -> {
                Quantiles quantiles = new Quantiles(config, skips);
                return call -> quantiles.of(call, List.of(0.5)).get(0);
            }));
        }
    }

    private static String named(String prefix, String name) {
        return prefix.isEmpty() ? name : prefix + name.toLowerCase(java.util.Locale.ROOT);
    }

    private static Definition shares(double whole, boolean skipsMissing) {
        return Definition.configured(X_Q, config -> {
            Quantiles quantiles = new Quantiles(config, skipsMissing);
            return call -> {
                JsonNode given = given(call, whole);
                List<Double> shares = new ArrayList<>();
                (given.isArray() ? given : List.of(given)).forEach(share -> shares.add(share.asDouble() / whole));
                List<Value> found = quantiles.of(call, shares);
                Ops ops = call.ops();
                return given.isArray()
                        ? ops.concat(
                                found.stream()
                                        .map(part -> ops.unsqueeze(part, 0))
                                        .toList(),
                                0)
                        : found.get(0);
            };
        });
    }

    private static JsonNode given(OperationCall call, double whole) {
        Argument<Value> given = call.argument("q");
        if (!(given instanceof Plain<Value> plain)) {
            throw call.refused("q", "a tensor", "numbers from 0 to " + (int) whole);
        }
        JsonNode value =
                plain.value().has("config") ? plain.value().path("config").path("value") : plain.value();
        for (JsonNode share : value.isArray() ? value : List.of(value)) {
            if (!share.isNumber() || share.doubleValue() < 0 || share.doubleValue() > whole) {
                throw call.refused("q", value + "", "numbers from 0 to " + (int) whole);
            }
        }
        return value;
    }

    private List<Value> of(OperationCall call, List<Double> shares) {
        Ops ops = call.ops();
        Value x = call.floating("x");
        int[] reduced = Arrays.stream(axes.length == 0 ? Axes.all(x.shape()) : axes)
                .map(axis -> x.shape().axis(axis))
                .sorted()
                .toArray();
        Value rows = together(ops, x, reduced);
        Dimension length = rows.shape().dimension(-1);
        Value isMissing = ops.isNaN(rows);
        Value numbers = skipsMissing ? ops.where(isMissing, ops.like(rows, Double.POSITIVE_INFINITY), rows) : rows;
        int last = rows.shape().rank() - 1;
        Value sorted = ops.flip(ops.topK(numbers, length, last).get(0), last);
        boolean isCounted = skipsMissing || !length.isKnown();
        Value known = skipsMissing ? ops.not(isMissing) : ops.not(ops.and(isMissing, ops.not(isMissing)));
        Value count = ops.reduceSum(ops.cast(known, DataType.DOUBLE), true, last);
        List<Value> found = new ArrayList<>();
        for (double share : shares) {
            Value at = isCounted ? at(ops, sorted, count, share) : at(ops, sorted, last, share * (length.size() - 1));
            Value flat = ops.squeeze(at, last);
            found.add(keepsDims ? ops.unsqueeze(flat, reduced) : flat);
        }
        return found;
    }

    /** The axes as one, behind the others. */
    private static Value together(Ops ops, Value x, int... reduced) {
        int rank = x.shape().rank();
        if (reduced.length == rank) {
            return Ordering.AlongAxis.flat(ops, x);
        }
        int[] others = IntStream.range(0, rank)
                .filter(axis -> Arrays.stream(reduced).noneMatch(other -> other == axis))
                .toArray();
        int[] order =
                IntStream.concat(Arrays.stream(others), Arrays.stream(reduced)).toArray();
        Value moved = ops.transpose(x, order);
        if (reduced.length == 1) {
            return moved;
        }
        Shape together = moved.shape().slice(others.length, rank);
        List<Dimension> lengths =
                new ArrayList<>(moved.shape().slice(0, others.length).dimensions());
        lengths.add(
                together.isKnown()
                        ? Dimension.of(together.elementCount())
                        : ops.graph().freshSymbol("together"));
        return ops.reshape(moved, Shape.of(lengths));
    }

    private Value at(Ops ops, Value sorted, int axis, double place) {
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

    /** Where only the data says how many numbers there are; no number of none. */
    private Value at(Ops ops, Value sorted, Value count, double wanted) {
        int last = sorted.shape().rank() - 1;
        Value place = ops.mul(ops.max(ops.sub(count, ops.like(count, 1)), ops.like(count, 0)), ops.like(count, wanted));
        Value lower = ops.floor(place);
        Value upper = ops.ceil(place);
        Value low = ops.gatherElements(sorted, ops.cast(lower, DataType.INT64), last);
        Value high = ops.gatherElements(sorted, ops.cast(upper, DataType.INT64), last);
        Value share = switch (method) {
            case "lower" -> ops.like(count, 0);
            case "higher" -> ops.like(count, 1);
            case "midpoint" -> ops.like(count, 0.5);
            case "nearest" -> ops.sub(ops.round(place), lower);
            default -> ops.sub(place, lower);
        };
        Value between = ops.add(low, ops.mul(ops.sub(high, low), ops.cast(share, low.type())));
        return ops.where(ops.equal(count, ops.like(count, 0)), ops.like(low, Double.NaN), between);
    }
}
