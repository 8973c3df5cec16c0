package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;

/**
 * The last axis of inputs times a matrix.
 *
 * @param rows the length of that axis
 * @param columns the length of the results' last axis
 */
record MatrixGeometry(long rows, long columns) implements KernelGeometry {
    @Override
    public Shape kernel() {
        return Shape.of(rows, columns);
    }

    @Override
    public long calibratedRows() {
        return rows;
    }

    @Override
    public Shape scale() {
        return Shape.of(columns);
    }

    @Override
    public int[] summed() {
        return new int[] {-1};
    }

    @Override
    public Value multiply(Ops ops, Value x, Value kernel) {
        return ops.matMul(x, kernel);
    }

    @Override
    public Value alongResults(Ops ops, Value scales) {
        return scales;
    }
}
