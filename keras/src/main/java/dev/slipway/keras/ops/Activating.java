package dev.slipway.keras.ops;

import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.activations.Activations;
import dev.slipway.keras.config.Config;
import java.util.List;
import java.util.Map;

/** Activation functions as operations; those with an argument of their own have it in their configuration. */
final class Activating {
    private static final Map<String, String> PLAIN = Map.ofEntries(
            Map.entry("Relu", "relu"),
            Map.entry("Relu6", "relu6"),
            Map.entry("Sigmoid", "sigmoid"),
            Map.entry("SparseSigmoid", "sparse_sigmoid"),
            Map.entry("Softplus", "softplus"),
            Map.entry("Softsign", "softsign"),
            Map.entry("SparsePlus", "sparse_plus"),
            Map.entry("Silu", "silu"),
            Map.entry("LogSigmoid", "log_sigmoid"),
            Map.entry("HardSigmoid", "hard_sigmoid"),
            Map.entry("HardSilu", "hard_silu"),
            Map.entry("Selu", "selu"),
            Map.entry("TanhShrink", "tanh_shrink"),
            Map.entry("HardTanh", "hard_tanh"));

    private Activating() {}

    static void addTo(Definitions all) {
        all.from("nn");
        PLAIN.forEach((className, name) ->
                all.floating(className, (ops, x) -> Activations.named(name).apply(ops, x)));
        all.configuredFloating("Softmax", config -> overAxes(config, Activating::softmax));
        all.configuredFloating("LogSoftmax", config -> overAxes(config, Activating::logSoftmax));
        all.configuredFloating("Sparsemax", config -> {
            int axis = config.integer("axis", -1);
            return (ops, x) -> sparsemax(ops, x, x.shape().axis(axis));
        });
        all.configuredFloating("Glu", config -> {
            int axis = config.integer("axis", -1);
            return (ops, x) -> gated(ops, x, axis);
        });
        all.configuredFloating("Threshold", config -> {
            double threshold = config.number("threshold_value", config.number("threshold", 0));
            double value = config.number("value", config.number("default_value", 0));
            return (ops, x) -> ops.where(ops.greater(x, ops.like(x, threshold)), x, ops.like(x, value));
        });
        all.configuredFloating("LeakyRelu", config -> {
            double slope = config.number("negative_slope", 0.2);
            return (ops, x) -> ops.sub(ops.relu(x), times(ops, ops.relu(ops.neg(x)), slope));
        });
        all.configuredFloating("Elu", config -> {
            double alpha = config.number("alpha", 1);
            return (ops, x) -> ops.add(ops.relu(x), times(ops, belowZero(ops, x), alpha));
        });
        all.configuredFloating("Celu", config -> {
            double alpha = config.number("alpha", 1);
            return (ops, x) -> ops.add(ops.relu(x), times(ops, belowZero(ops, times(ops, x, 1 / alpha)), alpha));
        });
        all.configuredFloating("Gelu", Activating::gelu);
        all.configuredFloating("HardShrink", config -> {
            double threshold = config.number("threshold", 0.5);
            return (ops, x) -> ops.where(ops.greater(ops.abs(x), ops.like(x, threshold)), x, ops.like(x, 0));
        });
        all.configuredFloating("SoftShrink", config -> {
            double threshold = config.number("threshold", 0.5);
            return (ops, x) -> ops.sub(x, ops.clip(x, -threshold, threshold));
        });
        all.configuredFloating("Squareplus", config -> {
            double b = config.number("b", 4);
            return (ops, x) -> times(ops, ops.add(x, ops.sqrt(ops.add(ops.mul(x, x), ops.like(x, b)))), 0.5);
        });
    }

    private interface OverAxes {
        Value apply(Ops ops, Value x, int... axes);
    }

    /** Over one axis, several together, or all elements where the axis is null. */
    private static Definitions.Unary overAxes(Config config, OverAxes function) {
        boolean isAll = config.isNull("axis");
        int[] axes = Axes.find(config, "axis").orElse(new int[] {-1});
        return (ops, x) -> function.apply(ops, x, isAll ? Axes.all(x.shape()) : axes);
    }

    private static Value softmax(Ops ops, Value x, int... axes) {
        if (axes.length == 1) {
            return ops.softmax(x, axes[0]);
        }
        Value powers = ops.exp(ops.sub(x, ops.reduceMax(x, true, axes)));
        return ops.div(powers, ops.reduceSum(powers, true, axes));
    }

    private static Value logSoftmax(Ops ops, Value x, int... axes) {
        if (axes.length == 1) {
            return ops.logSoftmax(x, axes[0]);
        }
        Value below = ops.sub(x, ops.reduceMax(x, true, axes));
        return ops.sub(below, ops.log(ops.reduceSum(ops.exp(below), true, axes)));
    }

    private static Value sparsemax(Ops ops, Value x, int axis) {
        int[] swapped = Axes.all(x.shape());
        swapped[axis] = swapped.length - 1;
        swapped[swapped.length - 1] = axis;
        Value last = Activations.named("sparsemax").apply(ops, ops.transpose(x, swapped));
        return ops.transpose(last, swapped);
    }

    /** One half of an axis times the sigmoid of the other. */
    private static Value gated(Ops ops, Value x, int axis) {
        Dimension length = x.shape().dimension(axis);
        if (!length.isKnown() || length.size() % 2 != 0) {
            throw new IllegalArgumentException(
                    "axis: " + axis + " of " + x.shape() + " (expected: an axis of known even length)");
        }
        List<Value> halves = ops.split(x, axis, length.size() / 2, length.size() / 2);
        return ops.mul(halves.get(0), ops.sigmoid(halves.get(1)));
    }

    private static Value times(Ops ops, Value x, double factor) {
        return ops.mul(x, ops.like(x, factor));
    }

    /** {@code min(e^x - 1, 0)}: what elu is below zero. */
    private static Value belowZero(Ops ops, Value x) {
        return ops.min(Activations.named("elu").apply(ops, x), ops.like(x, 0));
    }

    /** Keras's operation approximates unless told otherwise, its layer the other way around. */
    private static Definitions.Unary gelu(Config config) {
        if (!config.truth("approximate", true)) {
            return (ops, x) -> Activations.named("gelu").apply(ops, x);
        }
        return (ops, x) -> {
            Value cube = times(ops, ops.mul(ops.mul(x, x), x), 0.044715);
            Value inner = times(ops, ops.add(x, cube), Math.sqrt(2 / Math.PI));
            return ops.mul(times(ops, x, 0.5), ops.add(ops.tanh(inner), ops.like(x, 1)));
        };
    }
}
