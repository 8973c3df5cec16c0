package dev.slipway.keras.losses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.Optional;

/**
 * Draws embeddings {@code [batch, features]} of length 1 together that share a class, and others apart. With the cosine
 * distances {@code d} of a row to the rows of its class ({@code P}) and to the others ({@code N}):
 * {@code softplus(ln sum_P exp(-gamma · (margin + d)⁺ · (margin - d)) + ln sum_N exp(gamma · (1 + margin - d)⁺ ·
 * (1 - margin - d)))}. Rows whose loss is 0 do not count in a mean.
 *
 * <p>Source: {@code keras.losses.Circle}; Y. Sun et al., "Circle Loss", 2020.
 */
final class Circle extends Loss {
    /** Stands for the logarithm of nothing: its exponential is 0, and unlike infinity it has a gradient. */
    private static final double NOTHING = -1e9;

    private final double gamma;
    private final double margin;
    private final boolean removeDiagonal;

    Circle(Config config) {
        super(config.text("name", "circle"), reduction(config));
        this.gamma = config.number("gamma", 80);
        this.margin = config.number("margin", 0.4);
        this.removeDiagonal = config.truth("remove_diagonal", true);
    }

    @Override
    public String className() {
        return "Circle";
    }

    @Override
    protected void writeConfig(ObjectNode config) {
        config.put("gamma", gamma).put("margin", margin).put("remove_diagonal", removeDiagonal);
    }

    @Override
    boolean expectsShape() {
        return false;
    }

    @Override
    public Value values(Ops ops, Value target, Value prediction) {
        Value similar = ops.matMul(prediction, ops.transposeLast(prediction));
        Value distance = ops.max(ops.sub(ops.like(similar, 1), similar), ops.like(similar, 0));
        Value labels = target.shape().rank() == 1 ? ops.unsqueeze(target, -1) : target;
        Value classes = ops.cast(labels, DataType.INT32);
        Value same = ops.equal(classes, ops.transposeLast(classes));
        Value together = removeDiagonal ? ops.and(same, ops.not(diagonal(ops, prediction))) : same;
        Value near = scores(ops, -gamma, ops.add(ops.like(distance, margin), distance), margin, distance);
        Value far = scores(ops, gamma, ops.sub(ops.like(distance, 1 + margin), distance), 1 - margin, distance);
        return ops.softplus(ops.add(logSum(ops, together, near), logSum(ops, ops.not(same), far)));
    }

    /** {@code factor · max(weight, 0) · (bound - distance)}. */
    private static Value scores(Ops ops, double factor, Value weight, double bound, Value distance) {
        Value weighted = ops.mul(ops.like(weight, factor), ops.max(weight, ops.like(weight, 0)));
        return ops.mul(weighted, ops.sub(ops.like(distance, bound), distance));
    }

    private static Value diagonal(Ops ops, Value prediction) {
        Value rows = ops.gather(ops.shape(prediction), ops.constant(DataType.INT64, 0), 0);
        Dimension batch = prediction.shape().dimension(0);
        Value places = ops.unsqueeze(ops.range(ops.constant(DataType.INT64, 0), rows, batch), -1);
        return ops.equal(places, ops.transposeLast(places));
    }

    /** The logarithm of the sum of the exponentials of those that count, along the last axis. */
    private static Value logSum(Ops ops, Value counts, Value scores) {
        Value counted = ops.where(counts, scores, ops.like(scores, NOTHING));
        Value largest = ops.reduceMax(counted, true, -1);
        Value sum = ops.reduceSum(ops.exp(ops.sub(counted, largest)), false, -1);
        return ops.add(ops.squeeze(largest, -1), ops.log(sum));
    }

    @Override
    Optional<Value> counted(Ops ops, Value values, Value target, Value prediction) {
        return Optional.of(ops.greater(values, ops.like(values, 0)));
    }
}
