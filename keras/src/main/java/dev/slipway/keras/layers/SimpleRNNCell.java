package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Recurrent;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A step of {@code h' = activation(x · kernel + bias + h · recurrent_kernel)}, whose output is {@code h'}.
 *
 * <p>Weights: {@code kernel [features, units]}, {@code recurrent_kernel [units, units]}, {@code bias [units]}.
 *
 * <p>Source: {@code keras.layers.SimpleRNNCell}.
 */
public final class SimpleRNNCell extends RecurrentCell {
    private final CellOptions options;

    SimpleRNNCell(String name, boolean trainable, CellOptions options) {
        super(name, trainable);
        this.options = options;
    }

    /**
     * A cell.
     *
     * @param options its units, functions and weights
     * @return the cell
     */
    public static SimpleRNNCell of(CellOptions options) {
        return new SimpleRNNCell("", true, options);
    }

    static SimpleRNNCell read(String name, Config config) {
        return new SimpleRNNCell(
                name, config.truth("trainable", true), CellOptions.read(config, config.integer("units")));
    }

    @Override
    public String className() {
        return "SimpleRNNCell";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("units", options.units());
        options.write(config, false);
    }

    @Override
    public List<Shape> states(Shape input) {
        return List.of(Shape.of(options.units()).prepend(input.dimension(0)));
    }

    @Override
    public List<WeightSpec> weights(List<Shape> inputs) {
        long units = options.units();
        List<WeightSpec> weights = new ArrayList<>();
        weights.add(options.weight("kernel", "kernel", Shape.of(features(inputs.get(0)), units)));
        weights.add(options.weight("recurrent", "recurrent_kernel", Shape.of(units, units)));
        if (options.hasBias()) {
            weights.add(options.weight("bias", "bias", Shape.of(units)));
        }
        weights.addAll(options.randomState());
        return weights;
    }

    @Override
    public Step step(LayerCall call, List<Value> states) {
        return step(call, states, CellMasks.NONE);
    }

    @Override
    Steps steps(LayerCall around, Value input) {
        CellMasks masks = options.masks(around, 1, input, states(input.shape()));
        return (call, states) -> step(call, states, masks);
    }

    private Step step(LayerCall call, List<Value> states, CellMasks masks) {
        options.requireInference(this, call);
        Ops ops = call.ops();
        Value x = masks.inputProduct(ops, call.input(), call.weight("kernel"));
        Value h = masks.stateProduct(ops, states.get(0), call.weight("recurrent_kernel"));
        Value sum = options.hasBias() ? ops.add(ops.add(x, call.weight("bias")), h) : ops.add(x, h);
        Value next = options.activation().apply(ops, sum);
        return new Step(next, List.of(next));
    }

    @Override
    Optional<Fused> fused(boolean training) {
        if (training && options.dropsState()) {
            return Optional.empty();
        }
        return GateFunctions.of(options.activation()).map(functions -> (call, x, more) -> {
            options.requireInference(this, call);
            Ops ops = call.ops();
            Recurrent recurrent = Recurrent.of(
                    ops.unsqueeze(ops.transpose(call.weight("kernel"), 1, 0), 0),
                    ops.unsqueeze(ops.transpose(call.weight("recurrent_kernel"), 1, 0), 0),
                    functions);
            if (options.hasBias()) {
                Value bias = call.weight("bias");
                Value none = zeros(ops, bias, options.units());
                recurrent = recurrent.withBias(ops.unsqueeze(ops.concat(List.of(bias, none), 0), 0));
            }
            return ops.rnn(options.dropped(call, x), more.apply(recurrent));
        });
    }
}
