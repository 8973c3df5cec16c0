package dev.slipway.keras.initializers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import java.nio.ByteBuffer;
import java.util.function.DoubleSupplier;

/** Makes a tensor number by number. */
final class Filler {
    private Filler() {}

    static Tensor fill(DataType type, Shape shape, DoubleSupplier numbers) {
        Tensor tensor = Tensor.zeros(type, shape);
        ByteBuffer bytes = tensor.bytes();
        while (bytes.hasRemaining()) {
            double number = numbers.getAsDouble();
            switch (type) {
                case FLOAT -> bytes.putFloat((float) number);
                case DOUBLE -> bytes.putDouble(number);
                case INT32 -> bytes.putInt((int) number);
                case INT64 -> bytes.putLong((long) number);
                default ->
                    throw new IllegalArgumentException(
                            "initial value of type " + type + " (expected: FLOAT, DOUBLE, INT32 or INT64)");
            }
        }
        return tensor;
    }
}
