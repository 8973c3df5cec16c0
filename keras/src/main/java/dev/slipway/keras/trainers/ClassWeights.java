package dev.slipway.keras.trainers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.data.RowSource;
import dev.slipway.keras.data.RowSpec;
import dev.slipway.keras.data.RowStream;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Weights of classes as weights of rows; a class without one weighs 1.
 *
 * <p>Source: {@code keras.src.trainers.data_adapters.data_adapter_utils.class_weight_to_sample_weights} of Keras 3.9.
 */
record ClassWeights(RowSource source, Map<Integer, Double> weights) implements RowSource {
    /** The rows, each with the weight of its class. No weights change nothing. */
    static RowSource applied(RowSource source, Map<Integer, Double> weights) {
        if (weights.isEmpty()) {
            return source;
        }
        RowSpec spec = source.spec();
        if (!spec.sampleWeights().isEmpty()) {
            throw new IllegalArgumentException("class_weight: " + weights
                    + " (expected: none, as there are sample weights); multiply the sample weights instead");
        }
        if (spec.targets().size() != 1) {
            throw new IllegalArgumentException("class_weight: " + weights + " (expected: none, as there are "
                    + spec.targets().size() + " outputs); use sample weights, one tensor for each output");
        }
        Shape targets = spec.targets().get(0).shape();
        if (targets.rank() > 2) {
            throw new IllegalArgumentException("class_weight: targets of shape " + targets
                    + " (expected: [batch], [batch, 1] or [batch, classes]); use sample weights instead");
        }
        return new ClassWeights(source, weights);
    }

    @Override
    public RowSpec spec() {
        RowSpec spec = source.spec();
        Shape rows = Shape.of(1).with(0, Dimension.symbol(InputLayer.BATCH));
        return new RowSpec(
                spec.inputs(), spec.targets(), List.of(new TensorSpec("class_weight", DataType.FLOAT, rows)));
    }

    @Override
    public OptionalLong count() {
        return source.count();
    }

    @Override
    public RowStream open(long pass) {
        RowStream stream = source.open(pass);
        return new RowStream() {
            @Override
            public int read(List<Tensor> into) {
                int last = into.size() - 1;
                int rows = stream.read(into.subList(0, last));
                weigh(into.get(last - 1), rows, into.get(last));
                return rows;
            }

            @Override
            public void close() {
                stream.close();
            }
        };
    }

    private void weigh(Tensor targets, int rows, Tensor result) {
        int columns = targets.rowBytes() / targets.type().byteSize();
        for (int row = 0; row < rows; row++) {
            int target = columns == 1 ? (int) Math.rint(targets.element(row)) : largest(targets, row, columns);
            result.floats().put(row, weights.getOrDefault(target, 1.0).floatValue());
        }
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
