package dev.slipway.keras.optimizers.schedules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;

/**
 * A learning rate that depends on the number of steps done. Computed in float32 inside the graph of a training step.
 *
 * <p>Source: {@code keras.optimizers.schedules.LearningRateSchedule}.
 */
public interface LearningRateSchedule {
    /**
     * The Keras class.
     *
     * @return the class name in a model file, such as {@code CosineDecay}
     */
    String className();

    /**
     * The configuration as Keras writes it.
     *
     * @return a new JSON object
     */
    ObjectNode config();

    /**
     * The rate of a step.
     *
     * @param ops the operators
     * @param iteration the number of steps done, a scalar of {@link DataType#INT64}
     * @return a scalar of {@link DataType#FLOAT}
     */
    Value at(Ops ops, Value iteration);
}
