package dev.slipway.keras.losses;

import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.runtime.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * {@code -ln} of the probability that logits {@code [batch, time, classes]}, read step by step, spell the labels
 * {@code [batch, length]}, repetitions and blanks dropped. Class 0 is the blank, and fills up labels that are shorter.
 *
 * <p>The forward pass goes through the time steps one by one, so their number must be known and the graph grows with it.
 *
 * <p>Source: {@code keras.losses.CTC}; A. Graves et al., "Connectionist Temporal Classification", 2006, section 4.1.
 */
final class CTC extends Loss {
    /** Stands for the logarithm of 0: finite, so that gradients are. */
    private static final double NEVER = -1e9;

    CTC(Config config) {
        super(config.text("name", "ctc"), reduction(config));
    }

    @Override
    public String className() {
        return "CTC";
    }

    @Override
    boolean expectsShape() {
        return false;
    }

    @Override
    public void requireTargets(String output, Tensor targets, Shape prediction) {
        boolean fits = targets.shape().rank() == 2 && prediction.rank() == 3;
        if (!fits || !prediction.dimension(1).isKnown()) {
            throw new IllegalArgumentException("loss CTC: targets of shape " + targets.shape() + " and output '"
                    + output + "' of shape " + prediction
                    + " (expected: [batch, length] and [batch, time, classes] with a known number of time steps)");
        }
        Targets.requireClasses(output, targets, prediction);
    }

    @Override
    public Value values(Ops ops, Value target, Value prediction) {
        Value labels = ops.cast(target, DataType.INT64);
        Value path = withBlanks(ops, labels);
        Value maySkip = maySkip(ops, path);
        Value scores = scores(ops, path, prediction);
        Value reached = ops.add(step(ops, scores, 0), start(ops, path));
        for (int time = 1; time < prediction.shape().size(1); time++) {
            Value arrived = logSum(ops, reached, shifted(ops, reached, 1));
            Value skipped = ops.where(maySkip, shifted(ops, reached, 2), ops.like(reached, NEVER));
            reached = ops.add(logSum(ops, arrived, skipped), step(ops, scores, time));
        }
        Value total = atEnd(ops, reached, labels);
        Value isPossible = ops.greater(total, ops.like(total, NEVER / 2));
        return ops.neg(ops.where(isPossible, total, ops.like(total, Double.NEGATIVE_INFINITY)));
    }

    /** The labels with a blank before each and one behind: {@code [batch, 2 · length + 1]}. */
    private static Value withBlanks(Ops ops, Value labels) {
        Value each = ops.unsqueeze(labels, -1);
        Value blanks = ops.mul(each, ops.like(each, 0));
        long length = labels.shape().size(1);
        Shape flat = Shape.of(List.of(labels.shape().dimension(0), Dimension.of(2 * length)));
        Value pairs = ops.reshape(ops.concat(List.of(blanks, each), -1), flat);
        return ops.concat(List.of(pairs, ops.squeeze(ops.slice(blanks, 1, 0, 1), -1)), -1);
    }

    /** Whether a place may be reached from the label before, past the blank between: not if that is the same label. */
    private static Value maySkip(Ops ops, Value path) {
        Value blank = ops.like(path, 0);
        Value isSame = ops.equal(path, shift(ops, path, 2, 0));
        return ops.not(ops.or(isSame, ops.equal(path, blank)));
    }

    /** The logarithm of the probability of each place's class in each time step: {@code [batch, time, places]}. */
    private static Value scores(Ops ops, Value path, Value prediction) {
        Value oneHot = ops.oneHot(path, prediction.shape().size(-1), prediction.type());
        return ops.matMul(ops.logSoftmax(prediction, -1), ops.transposeLast(oneHot));
    }

    private static Value step(Ops ops, Value scores, int time) {
        return ops.squeeze(ops.slice(scores, 1, time, time + 1), 1);
    }

    /** Paths begin with the first blank or the first label. */
    private static Value start(Ops ops, Value path) {
        float[] places = new float[(int) path.shape().size(1)];
        Arrays.fill(places, 2, places.length, (float) NEVER);
        return ops.constant(Constant.of(Shape.of(places.length), places));
    }

    private static Value shifted(Ops ops, Value reached, int places) {
        return shift(ops, reached, places, NEVER);
    }

    private static Value shift(Ops ops, Value x, int places, double fill) {
        long kept = x.shape().size(1) - places;
        return ops.pad(ops.slice(x, 1, 0, kept), new long[] {0, places}, new long[] {0, 0}, fill);
    }

    /** {@code ln(exp(a) + exp(b))} without overflow. */
    private static Value logSum(Ops ops, Value a, Value b) {
        Value apart = ops.abs(ops.sub(a, b));
        return ops.add(ops.max(a, b), ops.softplus(ops.neg(apart)));
    }

    /** Paths end with the last label or the blank behind it. */
    private static Value atEnd(Ops ops, Value reached, Value labels) {
        Value zero = ops.like(labels, 0);
        Value isLabel = ops.cast(ops.not(ops.equal(labels, zero)), DataType.INT64);
        Value length = ops.reduceSum(isLabel, false, 1);
        Value blank = ops.mul(length, ops.like(length, 2));
        Value last = ops.max(ops.sub(blank, ops.like(blank, 1)), zero);
        Value atLabel = ops.where(ops.equal(length, zero), ops.like(reached, NEVER), at(ops, reached, last));
        return logSum(ops, at(ops, reached, blank), atLabel);
    }

    private static Value at(Ops ops, Value reached, Value place) {
        Value oneHot = ops.oneHot(place, reached.shape().size(1), reached.type());
        return ops.reduceSum(ops.mul(reached, oneHot), false, 1);
    }
}
