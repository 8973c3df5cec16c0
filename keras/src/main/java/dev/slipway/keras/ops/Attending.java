package dev.slipway.keras.ops;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * {@code softmax(query · key · scale + mask) · value} for each head: {@code [batch, queries, heads, features]} by
 * {@code [batch, keys, heads, features]}; scaled by {@code 1 / sqrt(features)} unless something else is given.
 *
 * <p>Where a mask is given, {@code is_causal} says nothing, as in Keras on PyTorch.
 *
 * <p>Source: {@code keras.ops.dot_product_attention}, module {@code nn}.
 */
final class Attending {
    private static final List<String> PARAMETERS = List.of("query", "key", "value", "bias", "mask", "scale");

    private Attending() {}

    static void addTo(Definitions all) {
        all.from("nn");
        all.add("DotProductAttention", Definition.configured(PARAMETERS, Attending::attend));
    }

    private static Definition.Function attend(Config config) {
        boolean isCausal = config.truth("is_causal", false);
        config.ignore("flash_attention");
        return call -> {
            Ops ops = call.ops();
            List<Value> pair = call.pair("query", "key");
            Value query = Promotion.floating(ops, pair.get(0));
            Value key = Promotion.floating(ops, pair.get(1));
            Value value = ops.cast(call.tensor("value"), query.type());
            requireHeads(call, query, key, value);
            Value scores = ops.mul(ops.einsum("btnh,bsnh->bnts", query, key), scale(call, query));
            Value weights = ops.softmax(masked(call, scores, isCausal), -1);
            return ops.einsum("bnts,bsnh->btnh", weights, value);
        };
    }

    private static void requireHeads(OperationCall call, Value... tensors) {
        for (Value tensor : tensors) {
            if (tensor.shape().rank() != 4) {
                throw call.refused("query", tensor.shape() + "", "[batch, length, heads, features], as key and value");
            }
        }
        if (call.find("bias").isPresent()) {
            throw call.refused("bias", "a tensor", "none, as Keras on PyTorch requires");
        }
    }

    private static Value scale(OperationCall call, Value query) {
        Ops ops = call.ops();
        if (call.find("scale").isPresent()) {
            return ops.cast(call.tensor("scale"), query.type());
        }
        Dimension features = query.shape().dimension(-1);
        if (!features.isKnown()) {
            throw call.refused("query", query.shape() + "", "a known number of features");
        }
        return ops.like(query, 1 / Math.sqrt((double) features.size()));
    }

    private static Value masked(OperationCall call, Value scores, boolean isCausal) {
        Ops ops = call.ops();
        if (call.find("mask").isPresent()) {
            return hidden(ops, scores, ops.cast(call.tensor("mask"), DataType.BOOL));
        }
        return isCausal
                ? hidden(
                        ops,
                        scores,
                        ops.greaterOrEqual(ops.unsqueeze(places(ops, scores, 2), 1), places(ops, scores, 3)))
                : scores;
    }

    private static Value hidden(Ops ops, Value scores, Value isSeen) {
        double least = scores.type() == DataType.FLOAT16 ? -0.7 * 65504 : -0.7 * Float.MAX_VALUE;
        return ops.add(scores, ops.where(isSeen, ops.like(scores, 0), ops.like(scores, least)));
    }

    private static Value places(Ops ops, Value scores, int axis) {
        Value length = ops.gather(ops.shape(scores), ops.constant(DataType.INT64, (double) axis), 0);
        return ops.range(
                ops.constant(DataType.INT64, 0.0), length, scores.shape().dimension(axis));
    }
}
