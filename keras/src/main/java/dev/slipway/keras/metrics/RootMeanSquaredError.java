package dev.slipway.keras.metrics;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.losses.Outcome;
import dev.slipway.keras.losses.Ranks;
import dev.slipway.keras.losses.Targets;
import dev.slipway.runtime.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * {@code sqrt(mean((target - prediction)²))} of all rows seen. Masks do not matter.
 *
 * <p>Source: {@code keras.metrics.RootMeanSquaredError} of Keras 3.9.
 *
 * @param squares the mean of the squares
 */
record RootMeanSquaredError(MeanMetric squares) implements Metric {
    static Metric named(String name) {
        return new RootMeanSquaredError(new MeanMetric(name, RootMeanSquaredError::square));
    }

    private static Value square(Ops ops, Value target, Value prediction) {
        Ranks ranks = Targets.aligned(ops, target, prediction);
        Value error = ops.sub(ranks.second(), ranks.first());
        return ops.mul(error, error);
    }

    @Override
    public String name() {
        return squares.name();
    }

    @Override
    public List<Shape> state() {
        return squares.state();
    }

    @Override
    public List<Value> update(Ops ops, List<Value> state, Outcome outcome) {
        Outcome whole = new Outcome(outcome.target(), outcome.prediction(), outcome.sampleWeight(), Optional.empty());
        return squares.update(ops, state, whole);
    }

    @Override
    public double[] result(List<Tensor> state) {
        return new double[] {Math.sqrt(squares.result(state)[0])};
    }
}
