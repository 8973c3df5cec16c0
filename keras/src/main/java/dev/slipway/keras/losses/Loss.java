package dev.slipway.keras.losses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.runtime.Tensor;
import java.util.Optional;

/**
 * What training makes small: a number for each row, reduced to one.
 *
 * <p>Source: {@code keras.losses.Loss} of Keras 3.
 */
public abstract class Loss {
    private final String name;
    private final Reduction reduction;

    /**
     * Creates a loss.
     *
     * @param name its Keras name, such as {@code mean_squared_error}
     * @param reduction how the losses of rows become one number
     */
    protected Loss(String name, Reduction reduction) {
        this.name = name;
        this.reduction = reduction;
    }

    /**
     * The Keras class.
     *
     * @return the class name in a model file, such as {@code MeanSquaredError}
     */
    public abstract String className();

    /**
     * The Keras name.
     *
     * @return the name, such as {@code mean_squared_error}
     */
    public final String name() {
        return name;
    }

    /**
     * The configuration as Keras writes it.
     *
     * @return a new JSON object
     */
    public final ObjectNode config() {
        ObjectNode config = Config.json().put("name", name).put("reduction", reduction.kerasName());
        writeConfig(config);
        return config;
    }

    /**
     * Writes this loss's own keys.
     *
     * @param config where to put them
     */
    protected void writeConfig(ObjectNode config) {}

    /**
     * Refuses targets that this loss has no number for, before a step sees them.
     *
     * @param output the name of the output, for messages
     * @param targets what should come out, all rows
     * @param prediction the shape of the output
     * @throws IllegalArgumentException naming the first row that does not fit
     */
    public void requireTargets(String output, Tensor targets, Shape prediction) {}

    /**
     * Appends the loss of each row.
     *
     * @param ops the operators
     * @param target what should come out
     * @param prediction what came out
     * @return {@code [batch, …]}, the last axis of the prediction reduced
     */
    public abstract Value values(Ops ops, Value target, Value prediction);

    /**
     * Appends the loss of a batch.
     *
     * @param ops the operators
     * @param target what should come out
     * @param prediction what came out
     * @param sampleWeight a factor for each row, {@code [batch]} or as the losses of rows
     * @return a scalar
     */
    public final Value reduced(Ops ops, Value target, Value prediction, Optional<Value> sampleWeight) {
        Value values = values(ops, Targets.align(ops, target, prediction, expandsTargets()), prediction);
        Value weighted = sampleWeight
                .map(weight -> ops.mul(values, ops.cast(weight, values.type())))
                .orElse(values);
        return reduction == Reduction.SUM ? ops.reduceSum(weighted, false) : ops.reduceMean(weighted, false);
    }

    /** Whether targets have the shape of the prediction, so that a missing last axis of length 1 is added. */
    boolean expandsTargets() {
        return true;
    }

    static Reduction reduction(Config config) {
        // Null is Keras's other word for "none".
        String absent = config.isNull("reduction") ? "null" : Reduction.SUM_OVER_BATCH_SIZE.kerasName();
        String found = config.text("reduction", absent);
        for (Reduction reduction : Reduction.values()) {
            if (reduction.kerasName().equals(found)) {
                return reduction;
            }
        }
        throw config.refused("reduction", found, "sum_over_batch_size or sum");
    }

    static Value number(Ops ops, double value) {
        return ops.constant(DataType.FLOAT, value);
    }
}
