package dev.slipway.keras.ops;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * How far predictions are from targets, without a mean over the batch.
 *
 * <p>Source: {@code keras.ops.nn}: the cross-entropies and {@code psnr}.
 */
final class CrossEntropies {
    private static final List<String> TARGET_OUTPUT = List.of("target", "output");
    private static final double EPSILON = 1e-7;

    private CrossEntropies() {}

    static void addTo(Definitions all) {
        all.from("nn");
        all.add("BinaryCrossentropy", Definition.configured(TARGET_OUTPUT, CrossEntropies::binary));
        all.add("CategoricalCrossentropy", Definition.configured(TARGET_OUTPUT, CrossEntropies::categorical));
        all.add("SparseCategoricalCrossentropy", Definition.configured(TARGET_OUTPUT, CrossEntropies::sparse));
        all.add("PSNR", Definition.configured(Definitions.PAIR, config -> {
            double largest = config.number("max_val", 1);
            return call -> {
                Ops ops = call.ops();
                List<Value> pair = call.pair("x1", "x2");
                Value apart = ops.sub(pair.get(0), pair.get(1));
                Value mean = ops.reduceMean(ops.mul(apart, apart), false, Axes.all(apart.shape()));
                Value loss = ops.mul(ops.log(mean), ops.like(mean, -10 / Math.log(10)));
                return ops.add(loss, ops.like(mean, 20 * Math.log10(largest)));
            };
        }));
    }

    private static Value probability(Ops ops, Value x) {
        return ops.clip(x, EPSILON, 1 - EPSILON);
    }

    private static Definition.Function binary(Config config) {
        boolean isLogit = config.truth("from_logits", false);
        return call -> {
            Ops ops = call.ops();
            Value output = call.floating("output");
            Value target = ops.cast(call.tensor("target"), output.type());
            if (isLogit) {
                return ops.sub(ops.softplus(output), ops.mul(target, output));
            }
            Value likely = probability(ops, output);
            Value one = ops.like(likely, 1);
            Value other = ops.mul(ops.sub(one, target), ops.log(ops.sub(one, likely)));
            return ops.neg(ops.add(ops.mul(target, ops.log(likely)), other));
        };
    }

    private static Definition.Function categorical(Config config) {
        boolean isLogit = config.truth("from_logits", false);
        int axis = config.integer("axis", -1);
        return call -> {
            Ops ops = call.ops();
            Value output = call.floating("output");
            Value target = ops.cast(call.tensor("target"), output.type());
            Value logs = isLogit
                    ? ops.logSoftmax(output, axis)
                    : ops.log(probability(ops, ops.div(output, ops.reduceSum(output, true, axis))));
            return ops.neg(ops.reduceSum(ops.mul(target, logs), false, axis));
        };
    }

    private static Definition.Function sparse(Config config) {
        boolean isLogit = config.truth("from_logits", false);
        int axis = config.integer("axis", -1);
        return call -> {
            Ops ops = call.ops();
            Value output = call.floating("output");
            int at = output.shape().axis(axis);
            Value target = ops.cast(call.tensor("target"), DataType.INT64);
            Value classes = target.shape().rank() == output.shape().rank() ? target : ops.unsqueeze(target, at);
            Value logits = isLogit ? output : ops.log(probability(ops, output));
            return ops.neg(ops.squeeze(ops.gatherElements(ops.logSoftmax(logits, at), classes, at), at));
        };
    }
}
