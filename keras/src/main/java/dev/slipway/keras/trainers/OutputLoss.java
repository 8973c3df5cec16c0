package dev.slipway.keras.trainers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.losses.Outcome;
import dev.slipway.keras.metrics.Metric;
import dev.slipway.runtime.Tensor;
import java.util.List;

/**
 * The loss of one of several outputs, without its factor: the mean over batches weighted by their rows.
 *
 * @param name such as {@code dense_1_loss}
 * @param loss the loss in the step's graph
 */
record OutputLoss(String name, Value loss) implements Metric {
    @Override
    public List<Shape> state() {
        return List.of(Shape.scalar(), Shape.scalar());
    }

    @Override
    public List<Value> update(Ops ops, List<Value> state, Outcome outcome) {
        Value length = ops.gather(ops.shape(outcome.prediction()), ops.constant(DataType.INT64, 0), 0);
        Value rows = ops.cast(length, DataType.FLOAT);
        Value mean = loss.shape().rank() == 0 ? loss : ops.reduceMean(loss, false);
        return List.of(ops.add(state.get(0), ops.mul(mean, rows)), ops.add(state.get(1), rows));
    }

    @Override
    public double[] result(List<Tensor> state) {
        return new double[] {
            state.get(0).floats().get(0) / state.get(1).floats().get(0)
        };
    }
}
