package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A layer applied to every time step by itself: {@code [batch, time, …]} to {@code [batch, time, …]}.
 *
 * <p>Computed as one call with all steps of all rows as rows, which gives the same where no layer looks from one row to
 * another. In training, a layer that keeps statistics of its rows is called for one step after the other, as in Keras.
 *
 * <p>Source: {@code keras.layers.TimeDistributed} of Keras 3.9.
 */
public final class TimeDistributed extends Layer {
    private final Layer layer;

    private TimeDistributed(String name, boolean trainable, Layer layer) {
        super(name, trainable);
        this.layer = layer;
    }

    /**
     * Applies a layer to every time step.
     *
     * @param layer the layer
     * @return the layer
     */
    public static TimeDistributed of(Layer layer) {
        return new TimeDistributed("", true, layer);
    }

    static TimeDistributed read(String name, Config config, LayerRegistry.InnerReader inner) {
        return new TimeDistributed(name, config.truth("trainable", true), LayerConfig.layer(config, "layer", inner));
    }

    @Override
    public String className() {
        return "TimeDistributed";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.set("layer", layer.toJson(layerName()));
    }

    private String layerName() {
        return layer.name().isEmpty() ? SnakeCase.of(layer.className()) : layer.name();
    }

    @Override
    public boolean passesMask() {
        return true;
    }

    @Override
    public List<String> argumentNames() {
        return List.of("mask");
    }

    @Override
    public List<Child> children(List<Shape> inputs) {
        Shape rows = rows(inputs.get(0), Dimension.symbol("rows"));
        return List.of(new Child(layerName(), layer, List.of(rows), "layer"));
    }

    /** The shape of all steps of all rows as rows. */
    private Shape rows(Shape input, Dimension unknown) {
        if (input.rank() < 3) {
            throw new IllegalArgumentException(this + ": input of shape " + input + " (expected: [batch, time, …])");
        }
        Shape both = input.slice(0, 2);
        return input.slice(2, input.rank()).prepend(both.isKnown() ? Dimension.of(both.elementCount()) : unknown);
    }

    @Override
    public List<Value> call(LayerCall call) {
        if (call.carries() && isStateful(call.input().shape())) {
            throw new ConfigException(this + ": " + layer
                    + " inside (expected: none that carries states from step to step and batch to batch in training and"
                    + " evaluation)");
        }
        if (call.isTraining() && keepsStatistics(call.input().shape())) {
            return stepByStep(call);
        }
        Ops ops = call.ops();
        Value x = call.input();
        LayerCall inner = call.child(layerName(), layer, List.of(asRows(ops, x)));
        Optional<Value> mask = call.mask().filter(steps -> steps.shape().rank() > 2);
        List<Value> results = layer.call(inner.masked(List.of(mask.map(steps -> asRows(ops, steps)))));
        return results.stream().map(result -> asSteps(ops, result, x)).toList();
    }

    private boolean isStateful(Shape input) {
        return !Weight.carried("", layer, List.of(RNN.step(input))).isEmpty();
    }

    /** Whether training changes what the layer remembers of its rows; the random state of a dropout is not of them. */
    private boolean keepsStatistics(Shape input) {
        return Weight.of("", layer, List.of(RNN.step(input))).stream()
                .map(Weight::spec)
                .anyMatch(weight -> !weight.trainable() && !weight.name().equals(RandomLayer.STATE));
    }

    /** As Keras does, the steps one after another, each a batch of its own. */
    private List<Value> stepByStep(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.input();
        if (!x.shape().dimension(1).isKnown()) {
            throw new IllegalArgumentException(
                    this + ": " + layer + " changes with the rows it sees, and sequences of shape " + x.shape()
                            + " (expected: a known number of steps in training)");
        }
        List<List<Value>> steps = new ArrayList<>();
        for (long step = 0; step < x.shape().size(1); step++) {
            LayerCall inner = call.child(layerName(), layer, List.of(step(ops, x, step)));
            long now = step;
            Optional<Value> mask = call.mask().map(given -> step(ops, given, now));
            steps.add(layer.call(inner.masked(List.of(mask))));
        }
        List<Value> results = new ArrayList<>();
        for (int i = 0; i < steps.get(0).size(); i++) {
            int result = i;
            results.add(ops.concat(
                    steps.stream()
                            .map(values -> ops.unsqueeze(values.get(result), 1))
                            .toList(),
                    1));
        }
        return results;
    }

    private static Value step(Ops ops, Value x, long step) {
        return ops.squeeze(ops.slice(x, 1, step, step + 1), 1);
    }

    private Value asRows(Ops ops, Value x) {
        return ops.reshape(x, rows(x.shape(), ops.graph().freshSymbol("rows")));
    }

    /** The rows of a result as the steps of another value. */
    private static Value asSteps(Ops ops, Value rows, Value like) {
        List<Dimension> dimensions = new ArrayList<>(like.shape().dimensions().subList(0, 2));
        dimensions.addAll(rows.shape().dimensions().subList(1, rows.shape().rank()));
        Shape target = Shape.of(dimensions);
        if (target.symbolCount() <= 1) {
            return ops.reshape(rows, target);
        }
        Value first = ops.slice(ops.shape(like), 0, 0, 2);
        Value rest = ops.slice(ops.shape(rows), 0, 1, Long.MAX_VALUE);
        return ops.reshape(rows, ops.concat(List.of(first, rest), 0), target);
    }
}
