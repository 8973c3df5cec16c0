package dev.slipway.keras.ops;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * Determinants, inverses and systems of linear equations, and the triangles that a matrix is the product of.
 *
 * <p>Differs from Keras where a matrix is singular: numbers that are infinite or none come out, no error. The pivots of
 * {@code lu_factor} are LAPACK's, as on numpy, JAX and PyTorch.
 *
 * <p>Source: {@code keras.ops.linalg}.
 */
final class LinearSystems {
    private static final List<String> A_B = List.of("a", "b");

    private LinearSystems() {}

    /** Numbers of a matrix, in double precision. */
    private interface OfMatrix {
        Value apply(Ops ops, Value matrix);
    }

    static void addTo(Definitions all) {
        all.from("linalg");
        all.add("Det", ofSquare(LinearSystems::determinant));
        all.add("Inv", ofSquare((ops, x) -> Elimination.solve(ops, x, Matrices.identityFor(ops, x, Matrices.rows(x)))));
        all.add("Solve", Definition.of(A_B, call -> solved(call, Matrices.square(call, "a"))));
        all.add("SolveTriangular", Definition.configured(A_B, config -> {
            boolean isLower = config.truth("lower", false);
            return call -> solved(call, Matrices.triangle(call.ops(), Matrices.square(call, "a"), isLower, 0));
        }));
        all.add("LuFactor", new Definition(Definitions.X, config -> call -> {
            Elimination.Triangles triangles = Elimination.of(call.ops(), Matrices.matrix(call, "x"));
            return List.of(inType(call, triangles.both()), triangles.pivots());
        }));
        all.add("Cholesky", Definition.configured(Definitions.X, LinearSystems::cholesky));
        all.add("CholeskyInverse", Definition.configured(Definitions.X, LinearSystems::inverseOfProduct));
        all.from("numpy");
        all.add("Slogdet", new Definition(Definitions.X, config -> LinearSystems::signAndLogarithm));
        all.from("math");
        all.add("Logdet", ofSquare((ops, x) -> logarithm(ops, Elimination.of(ops, x))));
    }

    private static Value inType(OperationCall call, Value x) {
        return call.ops().cast(x, call.floating("x").type());
    }

    private static Definition ofSquare(OfMatrix function) {
        return Definition.of(
                Definitions.X, call -> inType(call, function.apply(call.ops(), Matrices.square(call, "x"))));
    }

    private static Value determinant(Ops ops, Value x) {
        Elimination.Triangles triangles = Elimination.of(ops, x);
        return ops.mul(triangles.parity(), ops.reduceProd(Matrices.diagonal(ops, triangles.both()), false, -1));
    }

    private static Value logarithm(Ops ops, Elimination.Triangles triangles) {
        return ops.reduceSum(ops.log(ops.abs(Matrices.diagonal(ops, triangles.both()))), false, -1);
    }

    private static List<Value> signAndLogarithm(OperationCall call) {
        Ops ops = call.ops();
        Elimination.Triangles triangles = Elimination.of(ops, Matrices.square(call, "x"));
        Value signs = ops.sign(Matrices.diagonal(ops, triangles.both()));
        Value sign = ops.mul(triangles.parity(), ops.reduceProd(signs, false, -1));
        return List.of(inType(call, sign), inType(call, logarithm(ops, triangles)));
    }

    /** A right side with one axis less is one of vectors. */
    private static Value solved(OperationCall call, Value a) {
        Ops ops = call.ops();
        Value b = ops.cast(call.floating("b"), a.type());
        boolean isVector = b.shape().rank() == a.shape().rank() - 1;
        Value right = isVector ? ops.unsqueeze(b, -1) : b;
        if (right.shape().rank() != a.shape().rank() || right.shape().size(-2) != Matrices.rows(a)) {
            throw call.refused("b", b.shape() + " for " + a.shape(), "as many axes and rows as in a, or vectors");
        }
        Value x = Elimination.solve(ops, a, right);
        return ops.cast(isVector ? ops.squeeze(x, -1) : x, call.floating("a").type());
    }

    private static Definition.Function cholesky(Config config) {
        boolean isUpper = config.truth("upper", false);
        return call -> {
            Value lower = Elimination.cholesky(call.ops(), Matrices.square(call, "x"));
            return inType(call, isUpper ? call.ops().transposeLast(lower) : lower);
        };
    }

    /** Of {@code L · Lᵀ}, or of {@code Uᵀ · U}. */
    private static Definition.Function inverseOfProduct(Config config) {
        boolean isUpper = config.truth("upper", false);
        return call -> {
            Ops ops = call.ops();
            Value factor = Matrices.triangle(ops, Matrices.square(call, "x"), !isUpper, 0);
            Value other = ops.transposeLast(factor);
            Value product = isUpper ? ops.matMul(other, factor) : ops.matMul(factor, other);
            return inType(
                    call, Elimination.solve(ops, product, Matrices.identityFor(ops, product, Matrices.rows(product))));
        };
    }
}
