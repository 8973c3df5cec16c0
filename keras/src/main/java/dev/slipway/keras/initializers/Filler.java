package dev.slipway.keras.initializers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Element;
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
            Element.put(bytes, type, numbers.getAsDouble());
        }
        return tensor;
    }
}
