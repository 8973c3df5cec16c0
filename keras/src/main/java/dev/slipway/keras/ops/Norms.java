package dev.slipway.keras.ops;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Lengths of vectors, vectors of length one, and means of several kinds. */
final class Norms {
    private static final List<String> WEIGHTED = List.of("x", "weights");

    private Norms() {}

    static void addTo(Definitions all) {
        all.from("linalg");
        all.configuredFloating("Norm", Norms::norm);
        all.from("nn");
        all.configuredFloating("Normalize", Norms::normalize);
        all.add("LayerNorm", Definition.configured(List.of("x", "gamma", "beta"), config -> {
            boolean isScaled = config.truth("rms_scaling", false);
            return layer(config, isScaled, isScaled, "gamma", "beta");
        }));
        all.add(
                "RMSNorm",
                Definition.configured(List.of("x", "scale"), config -> layer(config, true, false, "scale", "")));
        all.add("Moments", new Definition(Definitions.X, Norms::moments));
        all.from("numpy");
        all.add("Average", Definition.configured(WEIGHTED, Norms::average));
        all.configured("CountNonzero", config -> {
            int[] axes = Axes.find(config, "axis").orElse(new int[0]);
            return (ops, x) -> {
                Value counts = ops.cast(ops.cast(x, DataType.BOOL), DataType.INT32);
                return ops.reduceSum(counts, false, axes);
            };
        });
    }

    /**
     * The norm of vectors along one axis, of matrices along two; without axes that of the whole, and of all elements as one vector
     * where no order is given.
     */
    private static Definitions.Unary norm(Config config) {
        Optional<JsonNode> order =
                config.find("ord").filter(ord -> !ord.asText().equals("fro"));
        Optional<int[]> given = Axes.find(config, "axis");
        boolean keepDims = config.truth("keepdims", false);
        boolean isNuclear = order.filter(ord -> ord.asText().equals("nuc")).isPresent();
        if (order.isPresent() && !isNuclear && !isNumber(order.get())) {
            throw config.refused("ord", order.get() + "", "null, 'fro', 'nuc' or a number");
        }
        return (ops, x) -> {
            int[] axes = given.orElseGet(() -> Axes.all(x.shape()));
            if (order.isEmpty()) {
                return norm(ops, x, 2, keepDims, axes);
            }
            double power = isNuclear ? Double.NaN : number(order.get());
            if (axes.length == 1 && !isNuclear) {
                return norm(ops, x, power, keepDims, axes);
            }
            boolean isSpectral = isNuclear || Math.abs(power) == 2;
            if (axes.length != 2 || !(isSpectral || Math.abs(power) == 1 || Double.isInfinite(power))) {
                throw config.refused(
                        "ord",
                        order.get() + " along " + axes.length + " axes",
                        "any number along one axis; 1, -1, 2, -2, inf, -inf or 'nuc' along two");
            }
            return isSpectral
                    ? ofSingularValues(ops, x, power, keepDims, axes)
                    : ofMatrices(ops, x, power, keepDims, axes);
        };
    }

    /** JSON has no infinities; Python's writer puts them as words. */
    private static boolean isNumber(JsonNode order) {
        return order.isNumber() || List.of("Infinity", "-Infinity").contains(order.asText());
    }

    private static double number(JsonNode order) {
        return order.isNumber() ? order.doubleValue() : Double.parseDouble(order.asText());
    }

    /** The greatest (order 2), the least (order -2), or the sum of all. */
    private static Value ofSingularValues(Ops ops, Value x, double power, boolean keepDims, int... axes) {
        int rank = x.shape().rank();
        int rows = x.shape().axis(axes[0]);
        int columns = x.shape().axis(axes[1]);
        int[] order = IntStream.concat(
                        IntStream.range(0, rank).filter(axis -> axis != rows && axis != columns),
                        IntStream.of(rows, columns))
                .toArray();
        Value values = Decompositions.values(ops, ops.transpose(x, order));
        Value found = Double.isNaN(power)
                ? ops.reduceSum(values, false, -1)
                : power > 0 ? ops.reduceMax(values, false, -1) : ops.reduceMin(values, false, -1);
        return keepDims ? ops.unsqueeze(found, Math.min(rows, columns), Math.max(rows, columns)) : found;
    }

    /** The greatest sum of a column (order 1) or of a row (infinite), or the least one if the order is negative. */
    private static Value ofMatrices(Ops ops, Value x, double power, boolean keepDims, int... axes) {
        int summed = Double.isInfinite(power) ? axes[1] : axes[0];
        int compared = Double.isInfinite(power) ? axes[0] : axes[1];
        Value sums = ops.reduceSum(ops.abs(x), true, summed);
        Value extreme = power > 0 ? ops.reduceMax(sums, true, compared) : ops.reduceMin(sums, true, compared);
        return keepDims ? extreme : ops.squeeze(extreme, axes);
    }

    private static Value norm(Ops ops, Value x, double power, boolean keepDims, int... axes) {
        if (Double.isInfinite(power)) {
            return power > 0 ? ops.reduceMax(ops.abs(x), keepDims, axes) : ops.reduceMin(ops.abs(x), keepDims, axes);
        }
        if (power == 0) {
            return ops.reduceSum(ops.cast(ops.cast(x, DataType.BOOL), x.type()), keepDims, axes);
        }
        if (power == 1) {
            return ops.reduceSum(ops.abs(x), keepDims, axes);
        }
        if (power == 2) {
            return ops.sqrt(ops.reduceSum(ops.mul(x, x), keepDims, axes));
        }
        Value powers = ops.pow(ops.abs(x), ops.like(x, power));
        return ops.pow(ops.reduceSum(powers, keepDims, axes), ops.like(x, 1 / power));
    }

    private static Definitions.Unary normalize(Config config) {
        int[] axes = Axes.find(config, "axis").orElse(new int[] {-1});
        double order = config.number("order", 2);
        double epsilon = config.number("epsilon", 1e-7);
        if (!(order >= 1)) {
            throw config.refused("order", order + "", ">= 1");
        }
        return (ops, x) -> {
            Value length = norm(ops, x, order, true, axes);
            return ops.div(x, ops.max(length, ops.like(length, epsilon)));
        };
    }

    /**
     * {@code (x − mean) / sqrt(variance + ε) · gamma + beta}, or {@code x / sqrt(mean of squares + ε) · scale}; a layer that is
     * scaled only divides by the deviation and has no beta.
     */
    private static Definition.Function layer(
            Config config, boolean isScaled, boolean hasVariance, String scale, String offset) {
        int[] axes = Axes.find(config, "axis").orElse(new int[] {-1});
        double epsilon = config.number("epsilon", 1e-7);
        return call -> {
            Ops ops = call.ops();
            Value given = call.tensor("x");
            boolean isNarrow = !given.type().isFloating() || given.type().byteSize() < DataType.FLOAT.byteSize();
            Value x = isNarrow ? ops.cast(given, DataType.FLOAT) : given;
            Value squares = hasVariance || !isScaled
                    ? Reductions.variance(ops, x, true, axes)
                    : ops.reduceMean(ops.mul(x, x), true, axes);
            Value apart = isScaled ? x : ops.sub(x, ops.reduceMean(x, true, axes));
            Value result = ops.div(apart, ops.sqrt(ops.add(squares, ops.like(x, epsilon))));
            if (call.find(scale).isPresent()) {
                result = ops.mul(result, ops.cast(call.tensor(scale), x.type()));
            }
            if (!isScaled && call.find(offset).isPresent()) {
                result = ops.add(result, ops.cast(call.tensor(offset), x.type()));
            }
            return ops.cast(result, given.type());
        };
    }

    /** The mean and the variance. */
    private static Definition.Body moments(Config config) {
        int[] axes = Axes.require(config, "axes");
        boolean keepDims = config.truth("keepdims", false);
        config.ignore("synchronized");
        return call -> {
            Value x = call.floating("x");
            return List.of(
                    call.ops().reduceMean(x, keepDims, axes), Reductions.variance(call.ops(), x, keepDims, axes));
        };
    }

    private static Definition.Function average(Config config) {
        int[] axes = Axes.find(config, "axis").orElse(new int[0]);
        return call -> {
            if (call.find("weights").isEmpty()) {
                return call.ops().reduceMean(call.floating("x"), false, axes);
            }
            List<Value> pair = call.pair("x", "weights");
            Ops ops = call.ops();
            Value x = Promotion.floating(ops, pair.get(0));
            Value weights = Promotion.floating(ops, pair.get(1));
            boolean areOfLastAxis = weights.shape().rank() == 1
                    && axes.length == 1
                    && x.shape().axis(axes[0]) == x.shape().rank() - 1;
            if (weights.shape().rank() != x.shape().rank() && !areOfLastAxis) {
                throw call.refused(
                        "weights",
                        weights.shape() + " of " + x.shape(),
                        "weights of the operand's shape, or of its last axis");
            }
            return ops.div(
                    ops.reduceSum(ops.mul(x, weights), false, axes),
                    ops.reduceSum(ops.expandLike(weights, x), false, axes));
        };
    }
}
