package dev.slipway.keras.ops;

import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import java.util.Arrays;
import java.util.List;

/**
 * Eigenvalues of symmetric matrices and singular values, by Jacobi's rotations: each makes two columns orthogonal, and in
 * sweeps over all pairs of columns all become so. The rotations are steps of one loop, so the graph does not grow with them.
 *
 * <p>Vectors are unique but for their sign, in which the libraries below Keras differ, too: an eigenvector has its largest
 * element positive, a left singular vector the sign that makes the right one's largest element positive.
 *
 * <p>Source: G. Golub and C. Van Loan, "Matrix Computations", 4th edition, sections 8.5 and 8.6.3.
 */
final class Rotations {
    /** Convergence is quadratic; a sweep more than matrices of this size were seen to take. */
    private static final int SWEEPS = 12;

    private Rotations() {}

    /** Ascending eigenvalues {@code [..., n]}, and their vectors in columns. */
    static List<Value> eigen(Ops ops, Value symmetric) {
        int n = Matrices.rows(symmetric);
        Value lower = Matrices.triangle(ops, symmetric, true, 0);
        Value below = Matrices.triangle(ops, symmetric, true, -1);
        Value start = ops.add(lower, ops.transposeLast(below));
        List<Value> states = List.of(start, Matrices.identityFor(ops, symmetric, n));
        List<Value> end = repeated(ops, states, n, Rotations::turnBothSides);
        Value values = Matrices.diagonal(ops, end.get(0));
        Value falling = ops.topK(ops.neg(values), Dimension.of(n), -1).get(0);
        Value order = ops.topK(ops.neg(values), Dimension.of(n), -1).get(1);
        Value vectors = columns(ops, end.get(1), order);
        return List.of(ops.neg(falling), ops.mul(vectors, signs(ops, vectors)));
    }

    /**
     * {@code A = U · diag(s) · V}.
     *
     * @param left U, with the columns that complete it where it is wanted whole
     * @param values s, falling
     * @param right V
     */
    record Singular(Value left, Value values, Value right) {}

    static Singular singular(Ops ops, Value matrix, boolean isWhole) {
        if (Matrices.rows(matrix) < Matrices.columns(matrix)) {
            Singular turned = singular(ops, ops.transposeLast(matrix), isWhole);
            return new Singular(ops.transposeLast(turned.right()), turned.values(), ops.transposeLast(turned.left()));
        }
        int n = Matrices.columns(matrix);
        List<Value> end =
                repeated(ops, List.of(matrix, Matrices.identityFor(ops, matrix, n)), n, Rotations::turnColumns);
        int rank = matrix.shape().rank();
        Value lengths = ops.sqrt(ops.reduceSum(ops.mul(end.get(0), end.get(0)), false, rank - 2));
        List<Value> sorted = ops.topK(lengths, Dimension.of(n), -1);
        Value right = columns(ops, end.get(1), sorted.get(1));
        Value sign = signs(ops, right);
        Value scaled = ops.mul(columns(ops, end.get(0), sorted.get(1)), sign);
        // Reflections find the unit vectors of columns of length 0, too, and those that are missing.
        List<Value> factors = Reflections.of(ops, scaled, isWhole);
        Value onDiagonal = ops.unsqueeze(Matrices.diagonal(ops, factors.get(1)), rank - 2);
        Value turn = ops.where(
                ops.less(onDiagonal, ops.like(onDiagonal, 0)), ops.like(onDiagonal, -1), ops.like(onDiagonal, 1));
        Value left = ops.mul(ops.slice(factors.get(0), rank - 1, 0, n), turn);
        Value others = ops.slice(factors.get(0), rank - 1, n, Long.MAX_VALUE);
        boolean hasOthers = isWhole && Matrices.rows(matrix) > n;
        return new Singular(
                hasOthers ? ops.concat(List.of(left, others), rank - 1) : left,
                sorted.get(0),
                ops.transposeLast(ops.mul(right, sign)));
    }

    /** A turn of a plane by two unit vectors. */
    private interface Turn {
        List<Value> apply(Ops ops, List<Value> states, Value p, Value q);
    }

    private static List<Value> repeated(Ops ops, List<Value> states, int n, Turn turn) {
        if (n == 1) {
            return states;
        }
        int steps = SWEEPS * (n * (n - 1) / 2);
        double[] first = new double[steps];
        double[] second = new double[steps];
        int step = 0;
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            for (int p = 0; p < n; p++) {
                for (int q = p + 1; q < n; q++) {
                    first[step] = p;
                    second[step] = q;
                    step++;
                }
            }
        }
        Shape shape = Shape.of(steps, 1, 1);
        double[] columns = new double[n];
        Arrays.setAll(columns, i -> i);
        List<Value> sequences = List.of(
                ops.constant(Constant.of(DataType.DOUBLE, shape, first)),
                ops.constant(Constant.of(DataType.DOUBLE, shape, second)));
        return ops.scan(states, sequences, 0, (inner, before, elements) -> {
            Value each = inner.constant(Constant.of(DataType.DOUBLE, Shape.of(n, 1), columns));
            List<Value> units = elements.stream()
                    .map(column -> inner.cast(inner.equal(each, column), DataType.DOUBLE))
                    .toList();
            return turn.apply(inner, before, units.get(0), units.get(1));
        });
    }

    private static List<Value> turnColumns(Ops ops, List<Value> states, Value p, Value q) {
        Value a = ops.matMul(states.get(0), p);
        Value b = ops.matMul(states.get(0), q);
        Angle angle = Angle.of(
                ops,
                Matrices.overRows(ops, ops.mul(a, a)),
                Matrices.overRows(ops, ops.mul(b, b)),
                Matrices.overRows(ops, ops.mul(a, b)));
        return List.of(angle.turn(ops, states.get(0), p, q), angle.turn(ops, states.get(1), p, q));
    }

    private static List<Value> turnBothSides(Ops ops, List<Value> states, Value p, Value q) {
        Value a = ops.matMul(states.get(0), p);
        Value b = ops.matMul(states.get(0), q);
        Angle angle = Angle.of(
                ops,
                Matrices.overRows(ops, ops.mul(a, p)),
                Matrices.overRows(ops, ops.mul(b, q)),
                Matrices.overRows(ops, ops.mul(b, p)));
        Value once = ops.transposeLast(angle.turn(ops, states.get(0), p, q));
        return List.of(angle.turn(ops, once, p, q), angle.turn(ops, states.get(1), p, q));
    }

    /** The rotation that takes away what two columns have in common. */
    private record Angle(Value cosine, Value sine) {
        static Angle of(Ops ops, Value first, Value second, Value common) {
            Value one = ops.like(common, 1);
            Value zero = ops.like(common, 0);
            Value isNone = ops.equal(common, zero);
            Value divisor = ops.where(isNone, one, common);
            Value half = ops.div(ops.sub(second, first), ops.add(divisor, divisor));
            Value root = ops.sqrt(ops.add(ops.mul(half, half), one));
            Value size = ops.reciprocal(ops.add(ops.abs(half), root));
            Value tangent = ops.where(isNone, zero, ops.where(ops.less(half, zero), ops.neg(size), size));
            Value cosine = ops.reciprocal(ops.sqrt(ops.add(ops.mul(tangent, tangent), one)));
            return new Angle(cosine, ops.mul(cosine, tangent));
        }

        Value turn(Ops ops, Value x, Value p, Value q) {
            Value a = ops.matMul(x, p);
            Value b = ops.matMul(x, q);
            Value first = ops.sub(ops.sub(ops.mul(cosine, a), ops.mul(sine, b)), a);
            Value second = ops.sub(ops.add(ops.mul(sine, a), ops.mul(cosine, b)), b);
            Value turned = ops.add(x, ops.mul(first, ops.transposeLast(p)));
            return ops.add(turned, ops.mul(second, ops.transposeLast(q)));
        }
    }

    /** Columns in another order {@code [..., n]}. */
    private static Value columns(Ops ops, Value x, Value order) {
        int rank = x.shape().rank();
        Value everywhere = ops.expandLike(ops.unsqueeze(order, rank - 2), x);
        return ops.gatherElements(x, everywhere, rank - 1);
    }

    /** 1 or -1 for each column: the sign of its largest element. */
    private static Value signs(Ops ops, Value x) {
        int rank = x.shape().rank();
        Value at = ops.unsqueeze(ops.argMax(ops.abs(x), rank - 2), rank - 2);
        Value largest = ops.gatherElements(x, at, rank - 2);
        return ops.where(ops.less(largest, ops.like(x, 0)), ops.like(x, -1), ops.like(x, 1));
    }
}
