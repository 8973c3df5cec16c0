package dev.slipway.keras.ops;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import java.util.List;

/**
 * {@code A = Q · R} by Householder's reflections, a column a step, with the signs of LAPACK.
 *
 * <p>Source: G. Golub and C. Van Loan, "Matrix Computations", 4th edition, section 5.2; LAPACK's {@code dlarfg}.
 */
final class Reflections {
    private Reflections() {}

    /** Q and R; Q of as many columns as rows where it is wanted whole, else of as many as R has rows. */
    static List<Value> of(Ops ops, Value matrix, boolean isWhole) {
        int rows = Matrices.rows(matrix);
        int kept = isWhole ? rows : Math.min(rows, Matrices.columns(matrix));
        Value upper = matrix;
        Value orthogonal = Matrices.identityFor(ops, matrix, rows);
        for (int k = 0; k < Math.min(rows - 1, Matrices.columns(matrix)); k++) {
            int first = k;
            Value column = Matrices.column(ops, upper, k);
            Value zero = ops.like(column, 0);
            Value head = Matrices.row(ops, column, k);
            Value tail = ops.where(Matrices.whereRow(ops, rows, row -> row > first), column, zero);
            Value below = Matrices.overRows(ops, ops.mul(tail, tail));
            // What is 0 below the diagonal already is left as it is, sign and all.
            Value isDone = ops.equal(below, zero);
            Value square = ops.where(isDone, ops.like(below, 1), ops.add(ops.mul(head, head), below));
            Value length = ops.sqrt(square);
            Value pivot = ops.add(head, ops.where(ops.less(head, zero), ops.neg(length), length));
            Value mirror = ops.where(Matrices.whereRow(ops, rows, row -> row == first), pivot, tail);
            Value squared = ops.add(ops.mul(pivot, pivot), below);
            Value weight = ops.where(
                    isDone, ops.like(below, 0), ops.div(ops.like(below, 2), ops.where(isDone, square, squared)));
            Value flat = ops.transposeLast(mirror);
            upper = ops.sub(upper, ops.mul(ops.mul(weight, mirror), ops.matMul(flat, upper)));
            orthogonal = ops.sub(orthogonal, ops.mul(ops.matMul(orthogonal, mirror), ops.mul(weight, flat)));
        }
        int rank = matrix.shape().rank();
        return List.of(
                ops.slice(orthogonal, rank - 1, 0, kept),
                Matrices.triangle(ops, ops.slice(upper, rank - 2, 0, kept), false, 0));
    }
}
