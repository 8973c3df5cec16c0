package dev.slipway.keras.trainers;

import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import java.util.Map;

/**
 * Weights of classes as weights of rows.
 *
 * <p>Source: {@code keras.src.trainers.data_adapters.data_adapter_utils.class_weight_to_sample_weights} of Keras 3.9.
 */
final class ClassWeights {
    private ClassWeights() {}

    /** The rows, each with the weight of its class; a class without one weighs 1. No weights change nothing. */
    static Dataset applied(Dataset data, Map<Integer, Double> weights) {
        if (weights.isEmpty()) {
            return data;
        }
        if (!data.sampleWeights().isEmpty()) {
            throw new IllegalArgumentException("class_weight: " + weights
                    + " (expected: none, as there are sample weights); multiply the sample weights instead");
        }
        if (data.targets().size() != 1) {
            throw new IllegalArgumentException("class_weight: " + weights + " (expected: none, as there are "
                    + data.targets().size() + " outputs); use sample weights, one tensor for each output");
        }
        return data.withSampleWeights(rows(data.targets().get(0), weights));
    }

    private static Tensor rows(Tensor targets, Map<Integer, Double> weights) {
        if (targets.shape().rank() > 2) {
            throw new IllegalArgumentException("class_weight: targets of shape " + targets.shape()
                    + " (expected: [batch], [batch, 1] or [batch, classes]); use sample weights instead");
        }
        int rows = (int) targets.shape().size(0);
        int columns = (int) targets.shape().elementCount() / rows;
        float[] result = new float[rows];
        for (int row = 0; row < rows; row++) {
            int target = columns == 1 ? (int) Math.rint(targets.element(row)) : largest(targets, row, columns);
            result[row] = weights.getOrDefault(target, 1.0).floatValue();
        }
        return Tensor.of(Shape.of(rows), result);
    }

    /** The first column with the largest number of a row. */
    private static int largest(Tensor targets, int row, int columns) {
        int found = 0;
        for (int column = 1; column < columns; column++) {
            if (targets.element(row * columns + column) > targets.element(row * columns + found)) {
                found = column;
            }
        }
        return found;
    }
}
