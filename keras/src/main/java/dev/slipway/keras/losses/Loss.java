package dev.slipway.keras.losses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.runtime.Tensor;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What training makes small: a number for each row, reduced to one.
 *
 * <p>Source: {@code keras.losses.Loss} of Keras 3.
 */
public abstract class Loss {
    /** Keras's {@code backend.epsilon()}. */
    static final double EPSILON = 1e-7;

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
     * Which of the losses of rows count, where a loss itself leaves some out.
     *
     * @param ops the operators
     * @param values the losses of rows
     * @param target what should come out
     * @param prediction what came out
     * @return truth values of the shape of {@link #values}; empty if all count, as is the default
     */
    Optional<Value> counted(Ops ops, Value values, Value target, Value prediction) {
        return Optional.empty();
    }

    /**
     * Appends the loss of a batch: the losses of rows, weighted and reduced. Where a mask leaves time steps out, a mean is
     * that of those that count.
     *
     * @param ops the operators
     * @param outcome targets, predictions, and how much they count
     * @return a scalar of {@code FLOAT}; the losses of rows if they are not to be reduced
     */
    public final Value reduced(Ops ops, Outcome outcome) {
        Ranks aligned = aligned(ops, outcome.target(), outcome.prediction());
        Value values = values(ops, aligned.first(), aligned.second());
        Optional<Value> mask = joined(ops, outcome.mask(), counted(ops, values, aligned.first(), aligned.second()));
        Optional<Value> weights =
                new Outcome(outcome.target(), outcome.prediction(), outcome.sampleWeight(), mask).maskedWeight(ops);
        if (mask.isPresent() && reduction.isOverCount()) {
            Value count = ops.cast(mask.get(), DataType.FLOAT);
            Value share = Quotient.orZero(ops, ops.cast(ops.size(count), DataType.FLOAT), ops.reduceSum(count, false));
            weights = weights.map(w -> ops.mul(w, share));
        }
        Value weighted = weights.map(w -> SampleWeights.product(ops, values, w)).orElse(values);
        return reduction.of(ops, weighted, weights);
    }

    private static Optional<Value> joined(Ops ops, Optional<Value> mask, Optional<Value> other) {
        return mask.map(a -> other.map(b -> ops.and(a, b)).orElse(a)).or(() -> other);
    }

    /**
     * Appends the losses of rows, targets and predictions first brought to each other's form.
     *
     * @param ops the operators
     * @param target what should come out
     * @param prediction what came out
     * @return {@code [batch, …]}, unweighted
     * @throws IllegalArgumentException if the shapes do not fit
     */
    public final Value rows(Ops ops, Value target, Value prediction) {
        Ranks aligned = aligned(ops, target, prediction);
        return values(ops, aligned.first(), aligned.second());
    }

    private Ranks aligned(Ops ops, Value target, Value prediction) {
        Value floats = ops.cast(prediction, DataType.FLOAT);
        return expectsShape() ? Targets.aligned(ops, target, floats) : Ranks.same(ops, target, floats);
    }

    /** Whether targets must have the shape of the prediction, but for a last axis of length 1. */
    boolean expectsShape() {
        return true;
    }

    static Reduction reduction(Config config) {
        // Null is Keras's other word for "none".
        Reduction absent = config.isNull("reduction") ? Reduction.NONE : Reduction.SUM_OVER_BATCH_SIZE;
        String found = config.text("reduction", absent.kerasName());
        for (Reduction reduction : Reduction.values()) {
            if (reduction.kerasName().equals(found)) {
                return reduction;
            }
        }
        throw config.refused(
                "reduction",
                found,
                "one of "
                        + Arrays.stream(Reduction.values())
                                .map(Reduction::kerasName)
                                .collect(Collectors.joining(", ")));
    }
}
