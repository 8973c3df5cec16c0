package dev.slipway.keras.optimizers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * How weights change with their gradients: built into the graph of a training step, so that a step is one call into the
 * engine.
 *
 * <p>An optimizer is immutable; its state (iteration, learning rate, slots) belongs to the model that trains.
 *
 * <p>Source: {@code keras.optimizers.Optimizer} of Keras 3.
 */
public abstract class Optimizer {
    private final OptimizerOptions options;

    /**
     * Creates an optimizer.
     *
     * @param options what all optimizers have
     */
    protected Optimizer(OptimizerOptions options) {
        this.options = options;
    }

    /**
     * The Keras class this optimizer is.
     *
     * @return the class name in a model file, such as {@code Adam}
     */
    public abstract String className();

    /**
     * What all optimizers have.
     *
     * @return learning rate, clipping and weight decay
     */
    public final OptimizerOptions options() {
        return options;
    }

    /**
     * The configuration as Keras writes it.
     *
     * @return a new JSON object
     */
    public final ObjectNode config() {
        ObjectNode config = options.toConfig();
        writeConfig(config);
        return config;
    }

    /**
     * Writes this optimizer's own keys.
     *
     * @param config where to put them
     */
    protected abstract void writeConfig(ObjectNode config);

    /**
     * The names of the slots each trained weight has, in Keras's order in a file: the slots of one group stand together
     * weight by weight, one group after the other.
     *
     * @return groups of names
     */
    public abstract List<List<String>> slotGroups();

    /**
     * One weight's update.
     *
     * @param ops the operators
     * @param step the step's numbers
     * @param weight the weight before
     * @param gradient its gradient, clipped
     * @param slots its slots before, in the order of the flattened {@link #slotGroups}
     * @return the weight after, then its slots after
     */
    protected abstract List<Value> update(Ops ops, Step step, Value weight, Value gradient, List<Value> slots);

    /**
     * The numbers all updates of one step share.
     *
     * @param learningRate the learning rate, a float scalar
     * @param number the number of this step, from 1, a float scalar
     */
    public record Step(Value learningRate, Value number) {}

    /**
     * Appends the update of every trained weight.
     *
     * @param ops the operators
     * @param learningRate the learning rate, a float scalar
     * @param iteration the number of steps done, a scalar of {@link DataType#INT64}
     * @param weights the weights before
     * @param gradients their gradients
     * @param slots their slots before
     * @return for each weight, itself after and then its slots after
     */
    public final List<List<Value>> apply(
            Ops ops,
            Value learningRate,
            Value iteration,
            List<Value> weights,
            List<Value> gradients,
            List<List<Value>> slots) {
        Value number = ops.cast(ops.add(iteration, ops.constant(DataType.INT64, 1)), DataType.FLOAT);
        Step step = new Step(learningRate, number);
        List<Value> clipped = Clipping.apply(ops, options, gradients);
        List<List<Value>> updated = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            Value weight = weights.get(i);
            if (options.weightDecay() > 0) {
                Value rate = ops.mul(learningRate, ops.constant(DataType.FLOAT, options.weightDecay()));
                weight = ops.sub(weight, ops.mul(weight, rate));
            }
            updated.add(update(ops, step, weight, clipped.get(i), slots.get(i)));
        }
        return updated;
    }
}
