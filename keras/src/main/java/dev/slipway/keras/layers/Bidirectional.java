package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.Keras2Masks;
import dev.slipway.keras.layers.RecurrentCell.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Two recurrent layers over the same sequences {@code [batch, time, features]}, one the other way round, and their outputs
 * merged; outputs of all steps of the second are put in the order of the first.
 *
 * <p>The states, if they are wanted, are those of the first layer, then those of the second; initial states are given in
 * the same order. Where all outputs are given, those of masked steps are zero, whatever the layers say; in files of
 * Keras 2, unless {@code tf.keras} wrote them, those of the step before.
 *
 * <p>Source: {@code keras.layers.Bidirectional} of Keras 3.9.
 */
public final class Bidirectional extends Layer {
    /** How two outputs become one. */
    public enum Merge {
        /** Side by side along the last axis. */
        CONCAT("concat"),
        /** Their sum. */
        SUM("sum"),
        /** Their product. */
        MUL("mul"),
        /** Their mean. */
        AVE("ave"),
        /** Both are given. */
        NONE("");

        private final String kerasName;

        Merge(String kerasName) {
            this.kerasName = kerasName;
        }
    }

    private final RNN forward;
    private final RNN backward;
    private final Merge merge;
    private final boolean hasMasksOfKeras2;

    private Bidirectional(
            String name, boolean trainable, RNN forward, RNN backward, Merge merge, boolean hasMasksOfKeras2) {
        super(name, trainable);
        this.forward = forward;
        this.backward = backward;
        this.merge = merge;
        this.hasMasksOfKeras2 = hasMasksOfKeras2;
        SequenceOptions one = forward.options();
        SequenceOptions other = backward.options();
        boolean alike = one.returnSequences() == other.returnSequences() && one.returnState() == other.returnState();
        if (!alike || one.goBackwards() == other.goBackwards()) {
            throw new IllegalArgumentException(this + ": layers with " + one + " and " + other
                    + " (expected: the same results, in different directions)");
        }
    }

    /**
     * A layer and the same one in the other direction, side by side.
     *
     * @param layer the recurrent layer
     * @return the layer
     */
    public static Bidirectional of(RNN layer) {
        return of(layer, Merge.CONCAT);
    }

    /**
     * A layer and the same one in the other direction.
     *
     * @param layer the recurrent layer
     * @param merge how their outputs become one
     * @return the layer
     */
    public static Bidirectional of(RNN layer, Merge merge) {
        return of("", true, layer, merge, false);
    }

    private static Bidirectional of(String name, boolean trainable, RNN layer, Merge merge, boolean hasMasksOfKeras2) {
        String own = layer.name().isEmpty() ? SnakeCase.of(layer.className()) : layer.name();
        RNN forward = layer.copy(prefixed("forward_", own), layer.options());
        RNN backward = layer.copy(prefixed("backward_", own), layer.options().reversed());
        layer.dtypePolicy().ifPresent(policy -> {
            forward.withDType(policy);
            backward.withDType(policy);
        });
        forward.regularizeActivity(layer.activityRegularizer());
        backward.regularizeActivity(layer.activityRegularizer());
        return new Bidirectional(name, trainable, forward, backward, merge, hasMasksOfKeras2);
    }

    private static String prefixed(String prefix, String name) {
        return name.startsWith(prefix) ? name : prefix + name;
    }

    static Bidirectional read(String name, Config config, LayerRegistry.InnerReader inner) {
        boolean trainable = config.truth("trainable", true);
        RNN layer = rnn(config, "layer", inner);
        Merge merge = config.isNull("merge_mode") ? Merge.NONE : merge(config, config.text("merge_mode", "concat"));
        boolean hasMasksOfKeras2 = Keras2Masks.isIn(config);
        if (config.find("backward_layer").isEmpty()) {
            return of(name, trainable, layer, merge, hasMasksOfKeras2);
        }
        RNN backward = rnn(config, "backward_layer", inner);
        return new Bidirectional(name, trainable, layer, backward, merge, hasMasksOfKeras2);
    }

    private static RNN rnn(Config config, String key, LayerRegistry.InnerReader inner) {
        Layer layer = LayerConfig.layer(config, key, inner);
        if (layer instanceof RNN found) {
            return found;
        }
        throw config.refused(key, layer.className(), "a recurrent layer");
    }

    private static Merge merge(Config config, String name) {
        return Arrays.stream(Merge.values())
                .filter(merge -> merge != Merge.NONE && merge.kerasName.equals(name))
                .findFirst()
                .orElseThrow(() -> config.refused("merge_mode", name, "concat, sum, mul, ave or null"));
    }

    @Override
    public String className() {
        return "Bidirectional";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        if (merge == Merge.NONE) {
            config.putNull("merge_mode");
        } else {
            config.put("merge_mode", merge.kerasName);
        }
        config.set("layer", forward.toJson(forward.name()));
        config.set("backward_layer", backward.toJson(backward.name()));
        if (hasMasksOfKeras2) {
            config.put(Keras2Masks.KEY, true);
        }
    }

    @Override
    public List<String> inputNames() {
        return forward.inputNames();
    }

    @Override
    public List<String> argumentNames() {
        return forward.argumentNames();
    }

    @Override
    public List<Child> children(List<Shape> inputs) {
        return List.of(
                new Child(forward.name(), forward, inputs, "forward_layer"),
                new Child(backward.name(), backward, inputs, "backward_layer"));
    }

    @Override
    public List<Value> call(LayerCall call) {
        List<Value> initial = RNN.initialStates(call);
        Optional<Value> mask = forward.mask(call, initial);
        int half = initial.size() / 2;
        boolean all = forward.options().returnSequences();
        boolean zeroOutput = all && !hasMasksOfKeras2;
        List<Value> x = List.of(call.input());
        Step ahead = forward.run(call.child(forward.name(), forward, x), mask, initial.subList(0, half), zeroOutput);
        Step back = backward.run(
                call.child(backward.name(), backward, x), mask, initial.subList(half, initial.size()), zeroOutput);
        call.regularize(forward, forward.results(ahead));
        call.regularize(backward, backward.results(back));
        List<Value> results = new ArrayList<>(
                merged(call.ops(), ahead.output(), all ? call.ops().flip(back.output(), 1) : back.output()));
        if (all) {
            for (int i = 0; i < results.size(); i++) {
                int result = i;
                call.mask().ifPresent(passed -> call.giveMask(result, passed));
            }
        }
        if (forward.options().returnState()) {
            results.addAll(ahead.states());
            results.addAll(back.states());
        }
        return results;
    }

    private List<Value> merged(Ops ops, Value one, Value other) {
        return switch (merge) {
            case CONCAT -> List.of(ops.concat(List.of(one, other), -1));
            case SUM -> List.of(ops.add(one, other));
            case MUL -> List.of(ops.mul(one, other));
            case AVE -> List.of(ops.div(ops.add(one, other), ops.like(one, 2)));
            case NONE -> List.of(one, other);
        };
    }
}
