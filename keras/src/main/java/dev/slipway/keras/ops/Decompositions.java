package dev.slipway.keras.ops;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;

/**
 * Matrices as products of orthogonal ones, and what singular values tell of them. For inference: rotations have no gradient.
 *
 * <p>Source: {@code keras.ops.linalg}.
 */
final class Decompositions {
    private static final double EPSILON = Math.ulp(1f);

    private Decompositions() {}

    static void addTo(Definitions all) {
        all.from("linalg");
        all.add("Qr", new Definition(Definitions.X, Decompositions::orthogonal));
        all.add(
                "Eigh",
                new Definition(
                        Definitions.X,
                        config -> call -> inType(
                                call,
                                "x",
                                Rotations.eigen(call.ops(), forInference(call, Matrices.square(call, "x"))))));
        all.add("SVD", new Definition(Definitions.X, Decompositions::singular));
        all.add("MatrixRank", Definition.configured(Definitions.X, Decompositions::rank));
        all.add("Pinv", Definition.configured(Definitions.X, Decompositions::inverse));
        all.add("Lstsq", Definition.configured(List.of("a", "b"), Decompositions::leastSquares));
    }

    private static List<Value> inType(OperationCall call, String name, List<Value> results) {
        DataType type = call.floating(name).type();
        return results.stream().map(result -> call.ops().cast(result, type)).toList();
    }

    private static Value forInference(OperationCall call, Value x) {
        if (call.isTraining()) {
            throw call.refused("x", "in training", "inference only, as its rotations have no gradient");
        }
        return x;
    }

    private static Definition.Body orthogonal(Config config) {
        String mode = config.text("mode", "reduced");
        if (!List.of("reduced", "complete").contains(mode)) {
            throw config.refused("mode", mode, "reduced or complete");
        }
        return call ->
                inType(call, "x", Reflections.of(call.ops(), Matrices.matrix(call, "x"), mode.equals("complete")));
    }

    private static Definition.Body singular(Config config) {
        boolean isWhole = config.truth("full_matrices", true);
        boolean hasVectors = config.truth("compute_uv", true);
        return call -> {
            Value x = forInference(call, Matrices.matrix(call, "x"));
            Rotations.Singular found = Rotations.singular(call.ops(), x, isWhole && hasVectors);
            List<Value> all = List.of(found.left(), found.values(), found.right());
            return inType(call, "x", hasVectors ? all : List.of(found.values()));
        };
    }

    /** Along the last two axes of a matrix in any precision: {@code [..., values]}. */
    static Value values(Ops ops, Value matrix) {
        Value found = Rotations.singular(ops, ops.cast(matrix, DataType.DOUBLE), false)
                .values();
        return ops.cast(found, matrix.type());
    }

    private static double tolerance(Value x) {
        return EPSILON * Math.max(Matrices.rows(x), Matrices.columns(x));
    }

    /** How many singular values are not so small that they may stand for 0. */
    private static Definition.Function rank(Config config) {
        boolean isGiven = config.find("tol").isPresent();
        double least = config.number("tol", 0);
        return call -> {
            Ops ops = call.ops();
            Value x = forInference(call, Matrices.matrix(call, "x"));
            Value values = Rotations.singular(ops, x, false).values();
            Value bound = isGiven
                    ? ops.like(values, least)
                    : ops.mul(ops.reduceMax(values, true, -1), ops.like(values, tolerance(x)));
            return ops.reduceSum(ops.cast(ops.greater(values, bound), DataType.INT32), false, -1);
        };
    }

    private static Definition.Function inverse(Config config) {
        boolean isGiven = config.find("rcond").isPresent();
        double share = config.number("rcond", 0);
        return call -> {
            Value x = forInference(call, Matrices.matrix(call, "x"));
            Value inverse = inverse(call.ops(), x, isGiven ? share : 10 * tolerance(x));
            return inType(call, "x", List.of(inverse)).get(0);
        };
    }

    /** {@code Vᵀ · diag(1 / s) · Uᵀ} without the values below a share of the largest. */
    private static Value inverse(Ops ops, Value x, double share) {
        Rotations.Singular found = Rotations.singular(ops, x, false);
        Value values = ops.unsqueeze(found.values(), -2);
        Value bound = ops.mul(ops.reduceMax(values, true, -1), ops.like(values, share));
        Value isKept = ops.greater(values, bound);
        Value inverted =
                ops.where(isKept, ops.reciprocal(ops.where(isKept, values, ops.like(values, 1))), ops.like(values, 0));
        return ops.matMul(ops.mul(ops.transposeLast(found.right()), inverted), ops.transposeLast(found.left()));
    }

    private static Definition.Function leastSquares(Config config) {
        boolean isGiven = config.find("rcond").isPresent();
        double share = config.number("rcond", 0);
        return call -> {
            Ops ops = call.ops();
            Value a = forInference(call, Matrices.matrix(call, "a"));
            Value b = ops.cast(call.floating("b"), a.type());
            List<Integer> ranks = new ArrayList<>(List.of(1, 2));
            if (a.shape().rank() != 2 || !ranks.contains(b.shape().rank())) {
                throw call.refused("a", a.shape() + " and b of " + b.shape(), "one matrix, and a vector or a matrix");
            }
            Value inverse = inverse(ops, a, isGiven ? share : tolerance(a));
            return inType(call, "a", List.of(ops.matMul(inverse, b))).get(0);
        };
    }
}
