package dev.slipway.keras.layers;

import dev.slipway.graph.Constant;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;

/**
 * Random numbers of the gamma distribution, as their logarithms, as with small shapes most of them are too small for single precision; and
 * of what is made of them.
 *
 * <p>Numbers are proposed until one is accepted. Here all proposals are made at once and the first that is accepted is taken: one of
 * {@value #PROPOSALS} is, but for less than one time in 10^10, when the first is taken nevertheless.
 *
 * <p>Source: G. Marsaglia, W. Tsang, "A Simple Method for Generating Gamma Variables", 2000, with its note on shapes below 1.
 */
final class GammaNoise {
    private static final int PROPOSALS = 8;
    private static final int AXIS = 4;

    private GammaNoise() {}

    /**
     * A number of the beta distribution for each image, of twice the same parameter.
     *
     * @param call the layer's call, whose random state is drawn from
     * @param images {@code [batch, rows, columns, channels]}
     * @param alpha the parameter, above 0, {@code [1, 1, 1, 1]}
     * @return numbers from 0 to 1, {@code [batch, 1, 1, 1]}
     */
    static Value beta(LayerCall call, Value images, Value alpha) {
        Ops ops = call.ops();
        Value pairs = ops.mul(Augmentation.each(ops, images), Augmentation.once(ops, images, 2));
        return ops.cast(beta(ops, logarithms(call, pairs, alpha)), images.type());
    }

    /** The share of the first of two, {@code [batch, 1, 1, 2]}, whose logarithms are given. */
    static Value beta(Ops ops, Value pairs) {
        return ops.sigmoid(ops.sub(ops.slice(pairs, 3, 0, 1), ops.slice(pairs, 3, 1, 2)));
    }

    /**
     * Logarithms of numbers of the gamma distribution.
     *
     * @param call the layer's call, whose random state is drawn from
     * @param like a tensor whose shape the numbers take, of rank 4
     * @param alpha the shape of the distribution, above 0, {@code [1, 1, 1, 1]}
     * @return fresh numbers, of single precision at least: they are far below what half precision can say
     */
    static Value logarithms(LayerCall call, Value like, Value alpha) {
        Ops ops = call.ops();
        Value shape = call.wide(alpha);
        // Of the shape alpha + 1, which is above 1.
        Value d = ops.unsqueeze(ops.add(shape, ops.like(shape, 2 / 3.0)), AXIS);
        Value many = proposals(ops, call.wide(like));
        Value normal = RandomLayer.normal(call, many);
        Value root = ops.add(ops.like(d, 1), ops.div(normal, ops.sqrt(ops.mul(d, ops.like(d, 9)))));
        Value isPositive = ops.greater(root, ops.like(root, 0));
        Value v = ops.where(isPositive, ops.mul(ops.mul(root, root), root), ops.like(root, 1));
        Value logarithm = ops.log(v);
        Value bound = ops.add(
                ops.mul(ops.mul(normal, normal), ops.like(normal, 0.5)),
                ops.mul(d, ops.add(ops.sub(ops.like(v, 1), v), logarithm)));
        Value isAccepted = ops.and(isPositive, ops.less(RandomLayer.logarithm(call, many), bound));
        Value first = ops.unsqueeze(ops.argMax(ops.cast(isAccepted, many.type()), AXIS), AXIS);
        Value chosen = ops.add(ops.gatherElements(logarithm, first, AXIS), ops.log(d));
        // A gamma variable of shape alpha + 1 times an even one to the power 1 / alpha has the shape alpha.
        return ops.add(ops.squeeze(chosen, AXIS), ops.div(RandomLayer.logarithm(call, like), shape));
    }

    private static Value proposals(Ops ops, Value like) {
        Value row =
                ops.cast(ops.constant(Constant.of(Shape.of(1, 1, 1, 1, PROPOSALS), new float[PROPOSALS])), like.type());
        return ops.mul(ops.unsqueeze(like, AXIS), row);
    }
}
