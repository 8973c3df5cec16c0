package dev.slipway.keras.layers;

import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Recurrent;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * One step of a recurrent layer: from an input {@code [batch, features]} and the states to an output and the next states.
 *
 * <p>Source: the cells of {@code keras.layers}.
 */
public abstract class RecurrentCell extends Layer {
    /**
     * Creates a cell.
     *
     * @param name its name, or empty
     * @param trainable whether training changes its weights
     */
    protected RecurrentCell(String name, boolean trainable) {
        super(name, trainable);
    }

    /**
     * What a step gives.
     *
     * @param output the output {@code [batch, …]}
     * @param states the states before the next step
     */
    public record Step(Value output, List<Value> states) {}

    /**
     * The shapes of the states.
     *
     * @param input the shape of a step's input, batch first
     * @return one shape a state, batch first
     */
    public abstract List<Shape> states(Shape input);

    /**
     * The shape of the output.
     *
     * @param input the shape of a step's input, batch first
     * @return by default that of the first state
     */
    public Shape output(Shape input) {
        return states(input).get(0);
    }

    /**
     * One step.
     *
     * @param call the input of the step, the weights and the operators to apply
     * @param states the states before it
     * @return the output and the next states
     */
    public abstract Step step(LayerCall call, List<Value> states);

    /** All steps at once. */
    @FunctionalInterface
    interface Fused {
        /**
         * All steps of all rows.
         *
         * @param call the weights and the operators to apply
         * @param x {@code [time, batch, features]}
         * @param more adds lengths and states to the weights
         * @return the results of ONNX's recurrent operators
         */
        List<Value> run(LayerCall call, Value x, UnaryOperator<Recurrent> more);
    }

    /** The steps of one call. */
    @FunctionalInterface
    interface Steps {
        /** One step, as {@link RecurrentCell#step}. */
        Step step(LayerCall call, List<Value> states);
    }

    /**
     * The steps of one call.
     *
     * @param around the call around the loop over them, to do there what is done once
     * @param input zeros of the shape of a step's input
     * @return by default {@link #step}
     */
    Steps steps(LayerCall around, Value input) {
        return this::step;
    }

    /**
     * The operator of ONNX that does all steps at once; empty if there is none that computes the same.
     *
     * @param training whether to do as in training
     */
    Optional<Fused> fused(boolean training) {
        return Optional.empty();
    }

    /** A cell by itself is called with the input and the states. */
    @Override
    public final List<String> inputNames() {
        return List.of("inputs", "states");
    }

    @Override
    public final List<Value> call(LayerCall call) {
        List<Value> states = call.inputs().subList(1, call.inputs().size());
        int expected = states(call.input().shape()).size();
        if (states.size() != expected) {
            throw new IllegalArgumentException(this + ": " + states.size() + " states (expected: " + expected + ")");
        }
        Step step = steps(call, call.input()).step(call, states);
        List<Value> results = new ArrayList<>(List.of(step.output()));
        results.addAll(step.states());
        return results;
    }

    /** Zeros that take no memory while the graph is built: their number comes from a file. */
    static Value zeros(Ops ops, Value like, long... lengths) {
        return ops.expand(ops.like(like, 0), ops.constant(lengths), Shape.of(lengths));
    }

    /** Zeros of a shape and of the type of a tensor, for every row of it. */
    static Value zeros(Ops ops, Shape shape, Value rows) {
        List<Value> lengths = new ArrayList<>();
        for (int axis = 0; axis < shape.rank(); axis++) {
            Dimension length = shape.dimension(axis);
            boolean isBatch = axis == 0 && !length.isKnown();
            lengths.add(isBatch ? ops.slice(ops.shape(rows), 0, 0, 1) : ops.constant(length.size()));
        }
        return ops.expand(ops.like(rows, 0), ops.concat(lengths, 0), shape);
    }

    /** Keras's shape {@code [batch, features]} of a step's input, whose last length must be known. */
    long features(Shape input) {
        if (input.rank() != 2 || !input.dimension(-1).isKnown()) {
            throw new IllegalArgumentException(
                    this + ": step of shape " + input + " (expected: [batch, features], the last known)");
        }
        return input.size(-1);
    }
}
