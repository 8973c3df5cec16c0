package dev.slipway.keras.saving;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import java.util.List;

/**
 * Where a variable lies in a model file.
 *
 * @param path its path in the model, such as {@code dense_1/kernel}; for messages
 * @param archivePath its path in {@code model.weights.h5} of a {@code .keras} file, such as {@code layers/dense/vars/0}
 * @param copies where else in that file the same numbers stand
 * @param layer the top-level layer it belongs to, which is its group in a {@code .h5} file
 * @param legacyIndex its place among that layer's weights in a {@code .h5} file; -1 if that format does not store it
 * @param type the element type
 * @param shape the shape
 * @param owner the layer that uses it, which may lie in others
 */
public record StoredVariable(
        String path,
        String archivePath,
        List<String> copies,
        String layer,
        int legacyIndex,
        DataType type,
        Shape shape,
        Owner owner) {
    /**
     * A layer with weights.
     *
     * @param path its path in the model
     * @param className its Keras class
     * @param channelsFirst whether its channels come before the other axes of its input
     */
    public record Owner(String path, String className, boolean channelsFirst) {
        boolean isConvolution() {
            return className.contains("Conv") && !className.startsWith("Depthwise");
        }

        /** Keras itself turned the kernels of these for Theano, so that a file holds them as they are correlated with. */
        boolean isSeparable() {
            return className.startsWith("Separable");
        }
    }

    StoredVariable withLayer(String name) {
        return new StoredVariable(path, archivePath, copies, name, legacyIndex, type, shape, owner);
    }

    /** The bytes it takes; not a whole number, as a hostile file may declare more than a {@code long} holds. */
    double byteCount() {
        double count = type.byteSize();
        for (long size : shape.toArray()) {
            count *= size;
        }
        return count;
    }
}
