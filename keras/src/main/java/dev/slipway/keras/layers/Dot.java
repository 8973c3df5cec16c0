package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The products of two tensors' rows, summed along one axis of each: {@code [batch, a…]} and {@code [batch, b…]} to
 * {@code [batch, a… without its axis, b… without its axis]}, or to {@code [batch, 1]} if nothing else is left.
 *
 * <p>Normalized, each tensor is first divided by {@code max(sqrt(sum(x²)), 1e-7)} along its axis, so that the result is
 * the cosine of the angle.
 *
 * <p>Source: {@code keras.layers.Dot}.
 */
public final class Dot extends Layer {
    private static final double LEAST_LENGTH = 1e-7;

    private final Axes axes;
    private final boolean normalize;

    private Dot(String name, boolean trainable, Axes axes, boolean normalize) {
        super(name, trainable);
        if (axes.isList() && axes.values().size() != 2) {
            throw new IllegalArgumentException(this + ": axes " + axes.values() + " (expected: one axis or two)");
        }
        this.axes = axes;
        this.normalize = normalize;
    }

    /**
     * Sums along the same axis of both.
     *
     * @param axis the axis, not the batch; negative from the end
     * @param normalize whether the rows are made of length 1 first
     * @return a layer to be applied to two tensors
     */
    public static Dot of(int axis, boolean normalize) {
        return new Dot("", true, Axes.of(axis), normalize);
    }

    /**
     * Sums along an axis of each.
     *
     * @param first the axis of the first tensor, not the batch; negative from the end
     * @param second the axis of the second tensor
     * @param normalize whether the rows are made of length 1 first
     * @return a layer to be applied to two tensors
     */
    public static Dot of(int first, int second, boolean normalize) {
        return new Dot("", true, Axes.of(first, second), normalize);
    }

    static Dot read(String name, Config config) {
        if (config.find("axes").isEmpty()) {
            throw config.refused("axes", "nothing", "one axis or two");
        }
        return new Dot(
                name, config.truth("trainable", true), Axes.read(config, "axes", -1), config.truth("normalize", false));
    }

    @Override
    public String className() {
        return "Dot";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        axes.write(config, "axes");
        config.put("normalize", normalize);
    }

    @Override
    public boolean takesList() {
        return true;
    }

    @Override
    public List<Value> call(LayerCall call) {
        if (call.inputs().size() != 2) {
            throw new IllegalArgumentException(this + ": " + call.inputs().size() + " inputs (expected: two)");
        }
        Ops ops = call.ops();
        List<Value> inputs = Merge.sameType(ops, call.inputs());
        int last = axes.values().size() - 1;
        Value a = summedLast(ops, inputs.get(0), axes.values().get(0));
        Value b = summedLast(ops, inputs.get(1), axes.values().get(last));
        requireSameLength(a, b);
        Shape restOfA = a.shape().slice(1, a.shape().rank() - 1);
        Shape restOfB = b.shape().slice(1, b.shape().rank() - 1);
        // [batch, rest of a, summed] · [batch, summed, rest of b]
        Value product = ops.matMul(flat(ops, a), ops.transposeLast(flat(ops, b)));
        return List.of(shaped(ops, product, a, restOfA, b, restOfB));
    }

    /** The tensor with the axis to be summed moved to the end, normalized along it if so wanted. */
    private Value summedLast(Ops ops, Value x, int axis) {
        int at = x.shape().axis(axis);
        if (at == 0) {
            throw new IllegalArgumentException(
                    this + ": axis " + axis + " of shape " + x.shape() + " (expected: an axis behind the batch)");
        }
        int rank = x.shape().rank();
        Value moved = at == rank - 1
                ? x
                : ops.transpose(
                        x,
                        IntStream.range(0, rank)
                                .map(i -> i < at ? i : i == rank - 1 ? at : i + 1)
                                .toArray());
        if (!normalize) {
            return moved;
        }
        Value length = ops.sqrt(ops.reduceSum(ops.mul(moved, moved), true, -1));
        return ops.div(moved, ops.max(length, ops.like(length, LEAST_LENGTH)));
    }

    private void requireSameLength(Value a, Value b) {
        Dimension p = a.shape().dimension(-1);
        Dimension q = b.shape().dimension(-1);
        if (p.isKnown() && q.isKnown() && !p.equals(q)) {
            throw new IllegalArgumentException(
                    this + ": axes of lengths " + p + " and " + q + " (expected: equal lengths)");
        }
    }

    /** {@code [batch, rest…, summed]} with the rest as one axis. */
    private static Value flat(Ops ops, Value x) {
        if (x.shape().rank() == 3) {
            return x;
        }
        Shape rest = x.shape().slice(1, x.shape().rank() - 1);
        Dimension product =
                rest.isKnown() ? Dimension.of(rest.elementCount()) : ops.graph().freshSymbol("dot");
        return ops.reshape(
                x, Shape.of(List.of(x.shape().dimension(0), product, x.shape().dimension(-1))));
    }

    /** The product {@code [batch, rest of a, rest of b]} with all the axes of both rests. */
    private static Value shaped(Ops ops, Value product, Value a, Shape restOfA, Value b, Shape restOfB) {
        List<Dimension> dimensions = new ArrayList<>(List.of(a.shape().dimension(0)));
        dimensions.addAll(restOfA.dimensions());
        dimensions.addAll(restOfB.dimensions());
        if (dimensions.size() == 1) {
            dimensions.add(Dimension.of(1));
        }
        Shape target = Shape.of(dimensions);
        if (restOfA.isKnown() && restOfB.isKnown()) {
            return ops.reshape(product, target);
        }
        Value lengths = ops.concat(
                List.of(
                        ops.slice(ops.shape(a), 0, 0, a.shape().rank() - 1),
                        ops.slice(ops.shape(b), 0, 1, b.shape().rank() - 1)),
                0);
        return ops.reshape(product, lengths, target);
    }
}
