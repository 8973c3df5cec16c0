package dev.slipway.keras.ops;

import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Gaussian elimination with partial pivoting, a column a step, of every matrix of a batch at once.
 *
 * <p>Source: G. Golub and C. Van Loan, "Matrix Computations", 4th edition, sections 3.4 and 4.2.
 */
final class Elimination {
    private final Ops ops;
    private final int rows;
    private Value rest;
    private Value pivotRow;
    private Value isPivot;

    private Elimination(Ops ops, Value matrix) {
        this.ops = ops;
        this.rows = Matrices.rows(matrix);
        this.rest = matrix;
        this.pivotRow = matrix;
        this.isPivot = matrix;
    }

    /**
     * {@code P · A = L · U}.
     *
     * @param both L below the diagonal, whose own is 1, and U on it and above
     * @param pivots which row was exchanged for each row in turn, as LAPACK tells it
     * @param parity 1 or -1: the determinant of P
     */
    record Triangles(Value both, Value pivots, Value parity) {}

    static Triangles of(Ops ops, Value matrix) {
        Elimination elimination = new Elimination(ops, matrix);
        int columns = Matrices.columns(matrix);
        Value parity = ops.like(matrix, 1);
        List<Value> pivots = new ArrayList<>();
        for (int k = 0; k < Math.min(elimination.rows, columns); k++) {
            Value at = elimination.exchange(k);
            pivots.add(at);
            Value isOther = ops.not(ops.equal(at, ops.like(at, k)));
            parity = ops.where(isOther, ops.neg(parity), parity);
            elimination.clearBelow(k, columns);
        }
        Value found = ops.squeeze(ops.concat(pivots, matrix.shape().rank() - 2), -1);
        return new Triangles(elimination.rest, ops.cast(found, DataType.INT32), ops.squeeze(parity, -2, -1));
    }

    /** {@code X} of {@code A · X = B}, by Gauss and Jordan. */
    static Value solve(Ops ops, Value a, Value b) {
        int size = Matrices.rows(a);
        Elimination elimination =
                new Elimination(ops, ops.concat(List.of(a, b), a.shape().rank() - 1));
        for (int k = 0; k < size; k++) {
            elimination.exchange(k);
            elimination.clearOthers(k);
        }
        return ops.slice(elimination.rest, a.shape().rank() - 1, size, Long.MAX_VALUE);
    }

    /** L of {@code A = L · Lᵀ}. */
    static Value cholesky(Ops ops, Value matrix) {
        int size = Matrices.rows(matrix);
        Value rest = matrix;
        List<Value> columns = new ArrayList<>();
        for (int k = 0; k < size; k++) {
            int first = k;
            Value column = Matrices.column(ops, rest, k);
            Value scaled = ops.div(column, ops.sqrt(Matrices.row(ops, column, k)));
            Value kept = ops.where(Matrices.whereRow(ops, size, row -> row >= first), scaled, ops.like(scaled, 0));
            columns.add(kept);
            rest = ops.sub(rest, ops.mul(kept, ops.transposeLast(kept)));
        }
        return ops.concat(columns, matrix.shape().rank() - 1);
    }

    /** Brings the row whose element in a column is the largest up to the diagonal, and says which it was. */
    private Value exchange(int k) {
        int rank = rest.shape().rank();
        Value column = Matrices.column(ops, rest, k);
        Value size = ops.where(Matrices.whereRow(ops, rows, row -> row < k), ops.like(column, -1), ops.abs(column));
        Value at = ops.unsqueeze(ops.argMax(size, rank - 2), rank - 2);
        double[] places = new double[rows];
        Arrays.setAll(places, i -> i);
        isPivot = ops.equal(ops.constant(Constant.of(DataType.INT64, Shape.of(rows, 1), places)), at);
        pivotRow = Matrices.overRows(ops, ops.where(isPivot, rest, ops.like(rest, 0)));
        Value exchanged = ops.where(isPivot, Matrices.row(ops, rest, k), rest);
        rest = ops.where(Matrices.whereRow(ops, rows, row -> row == k), pivotRow, exchanged);
        return at;
    }

    /** Where a whole column is 0 there is nothing to clear. */
    private void clearBelow(int k, int columns) {
        Value pivot = Matrices.column(ops, pivotRow, k);
        Value divisor = ops.where(ops.equal(pivot, ops.like(pivot, 0)), ops.like(pivot, 1), pivot);
        Value quotients = ops.div(Matrices.column(ops, rest, k), divisor);
        Value isBelow = Matrices.whereRow(ops, rows, row -> row > k);
        Value factors = ops.where(isBelow, quotients, ops.like(quotients, 0));
        Value isBeyond = Matrices.where(ops, Shape.of(1, columns), column -> column > k);
        Value taken = ops.mul(factors, ops.where(isBeyond, pivotRow, ops.like(pivotRow, 0)));
        Value isHere =
                Matrices.where(ops, Shape.of(rows, columns), place -> place % columns == k && place / columns > k);
        rest = ops.where(isHere, factors, ops.sub(rest, taken));
    }

    private void clearOthers(int k) {
        Value unit = ops.div(pivotRow, Matrices.column(ops, pivotRow, k));
        Value isHere = Matrices.whereRow(ops, rows, row -> row == k);
        rest = ops.where(isHere, unit, ops.sub(rest, ops.mul(Matrices.column(ops, rest, k), unit)));
    }
}
