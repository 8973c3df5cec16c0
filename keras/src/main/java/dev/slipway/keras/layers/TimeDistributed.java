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
 * <p>Computed as one call with all steps of all rows as rows, which gives the same at inference, where no layer looks from
 * one row to another. In training it is refused if the layer keeps statistics of its rows.
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
        Ops ops = call.ops();
        Value x = call.input();
        List<Value> inner = List.of(asRows(ops, x));
        LayerCall innerCall = call.child(layerName(), inner);
        Optional<Value> mask = call.mask().filter(steps -> steps.shape().rank() > 2);
        List<Value> results = layer.call(innerCall.masked(List.of(mask.map(steps -> asRows(ops, steps)))));
        if (call.isTraining() && call.updates().keySet().stream().anyMatch(path -> isStatistic(path, innerCall))) {
            throw new ConfigException(this + ": " + layer
                    + " changes with the rows it sees (expected: a layer without such state in training)");
        }
        return results.stream().map(result -> asSteps(ops, result, x)).toList();
    }

    /** The random state of a dropout may be drawn from once for all steps. */
    private static boolean isStatistic(String path, LayerCall call) {
        return path.startsWith(call.path() + "/") && !path.endsWith(Dropout.STATE);
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
