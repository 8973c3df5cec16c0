package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.initializers.Initializer;
import dev.slipway.keras.initializers.Initializers;
import dev.slipway.keras.layers.RecurrentCell.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A cell applied to every step of a sequence: {@code [batch, time, …]} to the last output {@code [batch, units]} or to all
 * outputs {@code [batch, time, units]}, followed by the last states if they are wanted.
 *
 * <p>The states begin with zeros, or with the argument {@code initial_state}. A step that is masked leaves the states as
 * they were; its output is that of the step before. As in Keras, a mask that comes with the input is not used where
 * initial states are given, but one given as the argument {@code mask} is.
 *
 * <p>If it is stateful, a step of training or judging begins with the states after the step before, row by row, whichever
 * sequences these rows were; they begin with zeros, and {@code Model.resetStates} brings them back there.
 *
 * <p>Source: {@code keras.layers.RNN} of Keras 3.9.
 */
public class RNN extends Layer {
    private final RecurrentCell cell;
    private final SequenceOptions options;

    /**
     * Creates a layer.
     *
     * @param name its name, or empty
     * @param trainable whether training changes its weights
     * @param cell one step
     * @param options how to go through the sequences and what to give
     */
    protected RNN(String name, boolean trainable, RecurrentCell cell, SequenceOptions options) {
        super(name, trainable);
        this.cell = cell;
        this.options = options;
    }

    /**
     * A cell applied to every step.
     *
     * @param cell one step
     * @param options how to go through the sequences and what to give
     * @return the layer
     */
    public static RNN of(RecurrentCell cell, SequenceOptions options) {
        return new RNN("", true, cell, options);
    }

    static RNN read(String name, Config config, LayerRegistry.InnerReader inner) {
        RecurrentCell cell = requireCell(config, "cell", LayerConfig.layer(config, "cell", inner));
        return new RNN(name, config.truth("trainable", true), cell, SequenceOptions.read(config));
    }

    static RecurrentCell requireCell(Config config, String key, Layer layer) {
        if (layer instanceof RecurrentCell cell) {
            return cell;
        }
        throw config.refused(key, layer.className(), "a cell of a recurrent layer");
    }

    @Override
    public String className() {
        return "RNN";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        options.write(config);
        config.set("cell", cell.toJson(cellName()));
    }

    final RecurrentCell cell() {
        return cell;
    }

    final SequenceOptions options() {
        return options;
    }

    /** The same layer under another name and with other options, as Keras makes it from its configuration. */
    RNN copy(String name, SequenceOptions changed) {
        return new RNN(name, isTrainable(), cell, changed);
    }

    private String cellName() {
        return cell.name().isEmpty() ? SnakeCase.of(cell.className()) : cell.name();
    }

    @Override
    public final List<String> inputNames() {
        return List.of("sequences");
    }

    @Override
    public final List<String> argumentNames() {
        return List.of("initial_state", "mask");
    }

    @Override
    public final List<Child> children(List<Shape> inputs) {
        return List.of(new Child(cellName(), cell, List.of(step(inputs.get(0))), "cell"));
    }

    /** The states of a stateful layer, which Keras keeps in variables that it neither counts nor stores. */
    @Override
    public final List<WeightSpec> carried(List<Shape> inputs) {
        List<Shape> shapes = options.stateful() ? cell.states(step(inputs.get(0))) : List.of();
        Initializer zeros = Initializers.named("Zeros");
        return IntStream.range(0, shapes.size())
                .mapToObj(i ->
                        new WeightSpec(stateName(i), DataType.FLOAT, shapes.get(i), zeros, Optional.empty(), false))
                .toList();
    }

    /** The shape of one step of a sequence. */
    static Shape step(Shape sequence) {
        if (sequence.rank() < 3) {
            throw new IllegalArgumentException(
                    "sequence of shape " + sequence + " (expected: [batch, time, features…])");
        }
        List<Dimension> dimensions = new ArrayList<>(sequence.dimensions());
        dimensions.remove(1);
        return Shape.of(dimensions);
    }

    @Override
    public final List<Value> call(LayerCall call) {
        List<Value> initial = initialStates(call);
        Optional<Value> mask = mask(call, initial);
        Step step = run(call, mask, initial, options.zeroOutputForMask());
        if (options.returnSequences()) {
            call.mask().ifPresent(passed -> call.giveMask(0, passed));
        }
        return results(step);
    }

    /** The mask of the sequences; that of a call with initial states in Keras 3 only if it is given by name. */
    final Optional<Value> mask(LayerCall call, List<Value> initial) {
        return initial.isEmpty() || options.masksBesideStates() ? call.mask() : call.tensor("mask");
    }

    /** What this layer returns of a run. */
    final List<Value> results(Step step) {
        List<Value> results = new ArrayList<>(List.of(step.output()));
        if (options.returnState()) {
            results.addAll(step.states());
        }
        return results;
    }

    /** The states given by name, in lists of any depth, or behind the sequence in one list with it. */
    static List<Value> initialStates(LayerCall call) {
        List<Value> states =
                new ArrayList<>(call.inputs().subList(1, call.inputs().size()));
        call.argument("initial_state").ifPresent(given -> given.forEach(states::add));
        return states;
    }

    /** The output and the last states for a call of this layer. */
    final Step run(LayerCall call, Optional<Value> mask, List<Value> initial, boolean zeroOutput) {
        Ops ops = call.ops();
        LayerCall inner = call.child(cellName(), cell, List.of(call.floatingInput()));
        Value x = inner.input();
        Shape input = step(x.shape());
        List<Shape> shapes = cell.states(input);
        boolean carries = options.stateful() && call.carries();
        if (carries) {
            requireBatch(shapes);
        }
        int expected = shapes.size();
        if (!initial.isEmpty() && initial.size() != expected) {
            throw new IllegalArgumentException(
                    this + ": " + initial.size() + " initial states (expected: " + expected + ")");
        }
        Optional<Value> steps = mask.map(given -> ops.cast(requireMask(given), DataType.BOOL));
        boolean zeroesLate = zeroOutput && options.zeroesOtherSteps();
        Sequence sequence = new Sequence(
                options.goBackwards() ? ops.flip(x, 1) : x,
                options.goBackwards() ? steps.map(m -> ops.flip(m, 1)) : steps,
                (initial.isEmpty() && carries ? carried(call, expected) : initial)
                        .stream().map(state -> ops.cast(state, x.type())).toList(),
                zeroOutput && !zeroesLate,
                options.returnSequences());
        Step step = cell.fused(call.isTraining())
                // The engine has these operators in single precision only, between casts for half precision.
                .filter(fused -> x.type() != DataType.DOUBLE)
                .map(fused -> new FusedSteps(fused, inner, sequence).run())
                .orElseGet(() -> new ScannedSteps(cell, inner, sequence).run());
        if (carries) {
            carry(call, step.states());
        }
        return zeroesLate && steps.isPresent() ? zeroed(ops, step, steps.get()) : step;
    }

    /** All outputs in the order of the steps as they ran, those zero that the mask names in the order of the input. */
    private static Step zeroed(Ops ops, Step step, Value mask) {
        Value outputs = step.output();
        int[] axes = IntStream.range(2, outputs.shape().rank()).toArray();
        return new Step(ops.where(ops.unsqueeze(mask, axes), outputs, ops.like(outputs, 0)), step.states());
    }

    private void requireBatch(List<Shape> states) {
        if (!states.stream().allMatch(Shape::isKnown)) {
            throw new ConfigException(this + ": stateful = true with states " + states
                    + " (expected: a batch of known size in training and evaluation, such as batch_shape [8, 10, 3] of the"
                    + " input)");
        }
    }

    /** The states after the batch before; no gradient goes back there, as they are not computed in this step. */
    private static List<Value> carried(LayerCall call, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> call.variable(stateName(i)))
                .toList();
    }

    private static void carry(LayerCall call, List<Value> states) {
        for (int i = 0; i < states.size(); i++) {
            DataType kept = call.variable(stateName(i)).type();
            call.update(stateName(i), call.ops().cast(states.get(i), kept));
        }
    }

    private static String stateName(int index) {
        return "rnn_state_" + index;
    }

    private Value requireMask(Value mask) {
        if (mask.shape().rank() != 2) {
            throw new IllegalArgumentException(this + ": mask of shape " + mask.shape() + " (expected: [batch, time])");
        }
        return mask;
    }
}
