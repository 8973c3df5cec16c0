package dev.slipway.keras.metrics;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.losses.Outcome;
import dev.slipway.runtime.Tensor;
import java.util.List;

/**
 * The mean of a number for each row, {@code total / count} in float32. Weights are multiplied by the mask; where there are
 * none, what a layer masks counts like the rest before Keras 3.12, and not at all from then on.
 *
 * <p>Source: {@code keras.metrics.MeanMetricWrapper} of Keras 3.9 and 3.15.
 *
 * @param name the name under which it is shown
 * @param values the number for each row
 */
record MeanMetric(String name, Values values) implements Metric {
    /** Appends the number for each row to a graph. */
    @FunctionalInterface
    interface Values {
        Value of(Ops ops, Value target, Value prediction);
    }

    @Override
    public List<Shape> state() {
        return List.of(Shape.scalar(), Shape.scalar());
    }

    @Override
    public List<Value> update(Ops ops, List<Value> state, Outcome outcome) {
        Value numbers = ops.cast(values.of(ops, outcome.target(), outcome.prediction()), DataType.FLOAT);
        Rows rows = Rows.of(ops, numbers, outcome.sampleWeight().flatMap(weight -> outcome.maskedWeight(ops)));
        return List.of(
                ops.add(state.get(0), ops.reduceSum(rows.values(), false)), ops.add(state.get(1), rows.count(ops)));
    }

    @Override
    public boolean isMaskedMean() {
        return true;
    }

    @Override
    public double[] result(List<Tensor> state) {
        float total = state.get(0).floats().get(0);
        float count = state.get(1).floats().get(0);
        return new double[] {count == 0 ? 0 : total / count};
    }
}
