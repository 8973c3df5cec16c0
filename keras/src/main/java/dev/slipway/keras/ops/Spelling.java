package dev.slipway.keras.ops;

import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Labels read out of logits {@code [batch, time, classes]} step by step, repetitions and blanks dropped: how likely some
 * are, and the likeliest.
 *
 * <p>Source: {@code keras.ops.nn}: {@code ctc_loss}, {@code ctc_decode}; A. Graves et al., "Connectionist Temporal
 * Classification", 2006.
 */
final class Spelling {
    /** Stands for the logarithm of 0: finite, so that gradients are. */
    private static final double NEVER = -1e9;

    private Spelling() {}

    static void addTo(Definitions all) {
        all.from("nn");
        all.add(
                "CTCLoss",
                Definition.configured(List.of("target", "output", "target_length", "output_length"), Spelling::loss));
        all.add("CTCDecode", new Definition(List.of("inputs", "sequence_lengths"), Spelling::decoded));
    }

    private static Value length(OperationCall call, String name) {
        return call.ops().cast(call.tensor(name), DataType.INT64);
    }

    private static long steps(OperationCall call, String name, Value logits) {
        if (logits.shape().rank() != 3 || !logits.shape().dimension(1).isKnown()) {
            throw call.refused(name, logits.shape() + "", "[batch, time, classes] with a known number of time steps");
        }
        return logits.shape().size(1);
    }

    private static Definition.Function loss(Config config) {
        int blank = config.integer("mask_index", 0);
        return call -> {
            Ops ops = call.ops();
            Value labels = ops.cast(call.tensor("target"), DataType.INT64);
            Value logits = call.floating("output");
            long steps = steps(call, "output", logits);
            Value path = withBlanks(ops, labels, blank);
            Value isBlank = ops.equal(path, ops.like(path, blank));
            Value maySkip = ops.not(ops.or(isBlank, ops.equal(path, shifted(ops, path, 2, blank))));
            Value oneHot = ops.oneHot(path, logits.shape().size(-1), logits.type());
            Value scores = ops.matMul(ops.logSoftmax(logits, -1), ops.transposeLast(oneHot));
            Value length = length(call, "output_length");
            float[] start = new float[Math.toIntExact(path.shape().size(1))];
            Arrays.fill(start, 2, start.length, (float) NEVER);
            Value begin = ops.cast(ops.constant(Constant.of(Shape.of(start.length), start)), logits.type());
            Value reached = ops.add(step(ops, scores, 0), begin);
            for (int time = 1; time < steps; time++) {
                Value arrived = logSum(ops, reached, shifted(ops, reached, 1, NEVER));
                Value skipped = ops.where(maySkip, shifted(ops, reached, 2, NEVER), ops.like(reached, NEVER));
                Value next = ops.add(logSum(ops, arrived, skipped), step(ops, scores, time));
                Value isIn = ops.unsqueeze(ops.greater(length, ops.like(length, time)), 1);
                reached = ops.where(isIn, next, reached);
            }
            return ops.neg(atEnd(ops, reached, length(call, "target_length")));
        };
    }

    /** The labels with a blank before each and one behind. */
    private static Value withBlanks(Ops ops, Value labels, int blank) {
        Value each = ops.unsqueeze(labels, -1);
        Value blanks = ops.expandLike(ops.like(each, blank), each);
        long length = labels.shape().size(1);
        Shape flat = Shape.of(List.of(labels.shape().dimension(0), Dimension.of(2 * length)));
        Value pairs = ops.reshape(ops.concat(List.of(blanks, each), -1), flat);
        return ops.concat(List.of(pairs, ops.squeeze(ops.slice(blanks, 1, 0, 1), -1)), -1);
    }

    private static Value step(Ops ops, Value scores, int time) {
        return ops.squeeze(ops.slice(scores, 1, time, time + 1L), 1);
    }

    private static Value shifted(Ops ops, Value x, int places, double fill) {
        long kept = x.shape().size(1) - places;
        return ops.pad(ops.slice(x, 1, 0, kept), new long[] {0, places}, new long[] {0, 0}, fill);
    }

    private static Value logSum(Ops ops, Value a, Value b) {
        return ops.add(ops.max(a, b), ops.softplus(ops.neg(ops.abs(ops.sub(a, b)))));
    }

    /** Paths end with the last label or the blank behind it. */
    private static Value atEnd(Ops ops, Value reached, Value length) {
        Value blank = ops.mul(length, ops.like(length, 2));
        Value last = ops.max(ops.sub(blank, ops.like(blank, 1)), ops.like(blank, 0));
        Value isEmpty = ops.equal(length, ops.like(length, 0));
        Value atLabel = ops.where(isEmpty, ops.like(reached, NEVER), at(ops, reached, last));
        return logSum(ops, at(ops, reached, blank), atLabel);
    }

    private static Value at(Ops ops, Value reached, Value place) {
        return ops.squeeze(ops.gatherElements(reached, ops.unsqueeze(place, 1), 1), 1);
    }

    /** The likeliest class of each step; what is dropped leaves places at the end, which are -1. */
    private static Definition.Body decoded(Config config) {
        String strategy = config.text("strategy", "greedy");
        boolean merges = config.truth("merge_repeated", true);
        int blank = config.integer("mask_index", 0);
        config.ignore("beam_width");
        if (!strategy.equals("greedy") || config.integer("top_paths", 1) != 1) {
            throw config.refused("strategy", strategy, "greedy with one path, as no operator searches with a beam");
        }
        return call -> {
            Ops ops = call.ops();
            Value logits = call.floating("inputs");
            long steps = steps(call, "inputs", logits);
            Value classes = ops.argMax(logits, 2);
            Value times = ops.constant(LongStream.range(0, steps).toArray());
            Value isIn = ops.less(times, ops.unsqueeze(length(call, "sequence_lengths"), 1));
            Value isKept = ops.and(isIn, ops.not(ops.equal(classes, ops.like(classes, blank))));
            if (merges) {
                Value before = shifted(ops, classes, 1, -1);
                isKept = ops.and(isKept, ops.not(ops.equal(classes, before)));
            }
            Value rank = ops.where(isKept, times, ops.add(times, ops.like(times, (double) steps)));
            List<Value> order = ops.topK(ops.neg(rank), Dimension.of(steps), 1);
            Value labels = ops.gatherElements(ops.where(isKept, classes, ops.like(classes, -1)), order.get(1), 1);
            Value best = ops.reduceMax(logits, false, 2);
            Value score = ops.neg(ops.reduceSum(ops.where(isIn, best, ops.like(best, 0)), true, 1));
            return List.of(ops.unsqueeze(ops.cast(labels, DataType.INT32), 0), score);
        };
    }
}
