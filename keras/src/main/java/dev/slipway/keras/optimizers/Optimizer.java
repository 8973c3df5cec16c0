package dev.slipway.keras.optimizers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How weights change with their gradients: built into the graph of a training step, so that a step is one call into the
 * engine.
 *
 * <p>An optimizer is immutable; its state (iteration, learning rate, slots) belongs to the model that trains.
 *
 * <p>Source: {@code keras.optimizers.Optimizer} of Keras 3.
 */
public abstract class Optimizer {
    /** The slot that sums gradients up until they make an update. */
    public static final String ACCUMULATOR = "gradient_accumulator";

    private final OptimizerOptions options;

    /**
     * Creates an optimizer.
     *
     * @param options what all optimizers have
     */
    Optimizer(OptimizerOptions options) {
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
     * @return learning rate, clipping, weight decay and the like
     */
    public final OptimizerOptions options() {
        return options;
    }

    /**
     * The configuration as Keras writes it.
     *
     * @return a new JSON object
     */
    public ObjectNode config() {
        ObjectNode config = options.toConfig();
        writeConfig(config);
        return config;
    }

    /** Writes this optimizer's own keys. */
    abstract void writeConfig(ObjectNode config);

    /**
     * The variables that stand before the iteration in a file.
     *
     * @return scalars
     */
    public List<Slot> leadingSlots() {
        return List.of();
    }

    /**
     * The variables that all weights share, such as the product of momenta of Nadam.
     *
     * @return scalars, in Keras's order in a file
     */
    public List<Slot> sharedSlots() {
        return List.of();
    }

    /**
     * The variables of one weight that every optimizer may have; in a file those of one kind stand together, before all other
     * slots.
     *
     * @param weight the weight
     * @return in Keras's order
     */
    public final List<Slot> commonSlots(Trained weight) {
        List<Slot> slots = new ArrayList<>();
        if (options.averaging().isUsed()) {
            slots.add(Slot.like(weight, Averaging.SLOT));
        }
        if (options.accumulationSteps().isPresent()) {
            slots.add(Slot.like(weight, ACCUMULATOR));
        }
        return slots;
    }

    /**
     * The variables of one weight that this optimizer has, in Keras's order in a file: the slots of one group stand together
     * weight by weight, one group after the other.
     *
     * @param weight the weight
     * @return groups, as many for every weight
     */
    public abstract List<List<Slot>> slotGroups(Trained weight);

    /** How one step changes a weight. */
    abstract Rule rule(Step step);

    /**
     * Whether a number of a weight changes by its own gradient and slots alone, whatever weight it is in: then several weights
     * may be updated as one.
     *
     * @return false if norms or means of a weight, or its moving mean, take part
     */
    public final boolean updatesNumberByNumber() {
        return isElementwise()
                && options.clipping().norm().isEmpty()
                && options.clipping().globalNorm().isEmpty()
                && !options.averaging().isUsed()
                && options.accumulationSteps().isEmpty();
    }

    /** Whether the rule knows nothing of a weight's other numbers. */
    boolean isElementwise() {
        return false;
    }

    /**
     * What is differentiated.
     *
     * @param ops the operators
     * @param loss the loss, a scalar
     * @param before the variables before the step
     * @return the loss, scaled so that small gradients do not vanish
     */
    public Value scaledLoss(Ops ops, Value loss, Variables before) {
        return options.lossScaleFactor().isPresent()
                ? ops.mul(loss, ops.like(loss, options.lossScaleFactor().getAsDouble()))
                : loss;
    }

    /**
     * How much a weight decays.
     *
     * @param weight the weight
     * @return what part of it goes away a step, times the learning rate; empty for nothing
     */
    OptionalDouble weightDecay(Trained weight) {
        return options.weightDecay();
    }

    /**
     * Appends one step.
     *
     * @param ops the operators
     * @param rate the learning rate, a scalar of {@link DataType#FLOAT}
     * @param trained what is known of the weights
     * @param before the variables before the step; the slots of a weight are its common ones, then those of its groups
     * @param gradients the gradient of the scaled loss by each weight; empty where the loss does not depend on it, which leaves
     *     the weight as it is
     * @return the variables after the step
     */
    public Variables apply(
            Ops ops, Value rate, List<Trained> trained, Variables before, List<Optional<Value>> gradients) {
        return new Update(ops, this, rate, before).apply(trained, unscaled(ops, gradients));
    }

    private List<Optional<Value>> unscaled(Ops ops, List<Optional<Value>> gradients) {
        if (options.lossScaleFactor().isEmpty()) {
            return gradients;
        }
        double factor = options.lossScaleFactor().getAsDouble();
        return gradients.stream()
                .map(found -> found.map(gradient -> ops.div(gradient, ops.like(gradient, factor))))
                .toList();
    }
}
