package dev.slipway.keras.data;

import dev.slipway.graph.DataType;
import dev.slipway.runtime.Tensor;
import java.nio.FloatBuffer;

/** Numbers to learn from: one that is none would make every weight none. */
public final class Finite {
    private Finite() {}

    /**
     * Refuses numbers that are not finite.
     *
     * @param name where the numbers are from, for messages
     * @param tensor the numbers, {@code [rows, …]}
     * @param rows how many rows to look at
     * @param first the number that the first row has in its file, from 0
     * @throws DataFileException naming row and column of the first number that is not finite
     */
    public static void require(String name, Tensor tensor, int rows, long first) {
        if (rows == 0 || !tensor.type().isFloating()) {
            return;
        }
        int columns =
                Math.toIntExact(tensor.shape().elementCount() / tensor.shape().size(0));
        FloatBuffer floats = tensor.type() == DataType.FLOAT ? tensor.floats() : FloatBuffer.allocate(0);
        for (int i = 0; i < rows * columns; i++) {
            double found = floats.hasRemaining() ? floats.get(i) : tensor.element(i);
            if (!Double.isFinite(found)) {
                throw new DataFileException(name + ", row " + (first + i / columns) + ", column " + i % columns + ": "
                        + found + " (expected: a finite number; rows and columns count from 0)");
            }
        }
    }
}
