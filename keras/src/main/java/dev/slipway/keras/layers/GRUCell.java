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
 * A step of a gated recurrent unit with state h. With {@code x · kernel + bias_0} in thirds x_z, x_r, x_h and
 * {@code h · recurrent_kernel + bias_1} in thirds u_z, u_r, u_h, g the recurrent activation and a the activation:
 * {@code z = g(x_z + u_z)}, {@code r = g(x_r + u_r)}, {@code h' = z · h + (1 - z) · a(x_h + r · u_h)}; the output is
 * {@code h'}. Unless the reset gate is applied after the product, {@code (r · h) · recurrent_kernel_h} takes the place of
 * {@code r · u_h}, and there is no bias_1.
 *
 * <p>Weights: {@code kernel [features, 3 · units]}, {@code recurrent_kernel [units, 3 · units]},
 * {@code bias [2, 3 · units]}, or {@code [3 · units]} with reset before.
 *
 * <p>Source: {@code keras.layers.GRUCell}.
 */
public final class GRUCell extends RecurrentCell {
    private final CellOptions options;
    private final boolean resetAfter;

    GRUCell(String name, boolean trainable, CellOptions options, boolean resetAfter) {
        super(name, trainable);
        this.options = options;
        this.resetAfter = resetAfter;
    }

    /**
     * A cell whose reset gate is applied after the product, as is Keras's default.
     *
     * @param options its units, functions and weights
     * @return the cell
     */
    public static GRUCell of(CellOptions options) {
        return new GRUCell("", true, options, true);
    }

    static GRUCell read(String name, Config config) {
        CellOptions options = CellOptions.read(config, config.integer("units"));
        return new GRUCell(name, config.truth("trainable", true), options, config.truth("reset_after", true));
    }

    @Override
    public String className() {
        return "GRUCell";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("units", options.units()).put("reset_after", resetAfter);
        options.write(config, true);
    }

    @Override
    public List<Shape> states(Shape input) {
        return List.of(Shape.of(options.units()).prepend(input.dimension(0)));
    }

    @Override
    public List<WeightSpec> weights(List<Shape> inputs) {
        long units = options.units();
        List<WeightSpec> weights = new ArrayList<>();
        weights.add(options.weight("kernel", "kernel", Shape.of(features(inputs.get(0)), 3 * units)));
        weights.add(options.weight("recurrent", "recurrent_kernel", Shape.of(units, 3 * units)));
        if (options.hasBias()) {
            Shape bias = resetAfter ? Shape.of(2, 3 * units) : Shape.of(3 * units);
            weights.add(options.weight("bias", "bias", bias));
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
        CellMasks masks = options.masks(around, options.dropsState() ? 3 : 1, input, states(input.shape()));
        return (call, states) -> step(call, states, masks);
    }

    private Step step(LayerCall call, List<Value> states, CellMasks masks) {
        options.requireInference(this, call);
        Ops ops = call.ops();
        Value h = states.get(0);
        Value kernel = call.weight("recurrent_kernel");
        Value x = masks.inputProduct(ops, call.input(), call.weight("kernel"));
        Value u = resetAfter ? masks.stateProduct(ops, h, kernel) : h;
        if (options.hasBias()) {
            Value bias = call.weight("bias");
            x = ops.add(x, resetAfter ? ops.slice(bias, 0, 0, 1) : bias);
            u = resetAfter ? ops.add(u, ops.slice(bias, 0, 1, 2)) : u;
        }
        List<Value> fromX = thirds(ops, x);
        List<Value> fromH = thirds(ops, resetAfter ? u : kernel);
        Value toZ = resetAfter ? fromH.get(0) : ops.matMul(masks.state(ops, h, 0), fromH.get(0));
        Value toR = resetAfter ? fromH.get(1) : ops.matMul(masks.state(ops, h, 1), fromH.get(1));
        Value z = gate(ops, fromX.get(0), toZ);
        Value r = gate(ops, fromX.get(1), toR);
        Value reset =
                resetAfter ? ops.mul(r, fromH.get(2)) : ops.matMul(ops.mul(r, masks.state(ops, h, 2)), fromH.get(2));
        Value candidate = options.activation().apply(ops, ops.add(fromX.get(2), reset));
        Value next = ops.add(ops.mul(z, h), ops.mul(ops.sub(ops.like(z, 1), z), candidate));
        return new Step(next, List.of(next));
    }

    private Value gate(Ops ops, Value x, Value u) {
        return options.recurrentActivation().apply(ops, ops.add(x, u));
    }

    private List<Value> thirds(Ops ops, Value x) {
        int units = options.units();
        return ops.split(x, -1, units, units, units);
    }

    @Override
    Optional<Fused> fused(boolean training) {
        if (training && options.dropsState()) {
            return Optional.empty();
        }
        return GateFunctions.of(options.recurrentActivation(), options.activation())
                .map(functions -> (call, x, more) -> {
                    options.requireInference(this, call);
                    Ops ops = call.ops();
                    Recurrent recurrent = Recurrent.of(
                                    ops.unsqueeze(ops.transpose(call.weight("kernel"), 1, 0), 0),
                                    ops.unsqueeze(ops.transpose(call.weight("recurrent_kernel"), 1, 0), 0),
                                    functions)
                            .withLinearBeforeReset(resetAfter);
                    if (options.hasBias()) {
                        recurrent = recurrent.withBias(bias(ops, call.weight("bias")));
                    }
                    return ops.gru(options.dropped(call, x), more.apply(recurrent));
                });
    }

    /** The biases of input and state side by side, as ONNX has them. */
    private Value bias(Ops ops, Value bias) {
        long length = 3L * options.units();
        if (resetAfter) {
            return ops.reshape(bias, Shape.of(1, 2 * length));
        }
        Value none = zeros(ops, bias, length);
        return ops.unsqueeze(ops.concat(List.of(bias, none), 0), 0);
    }
}
