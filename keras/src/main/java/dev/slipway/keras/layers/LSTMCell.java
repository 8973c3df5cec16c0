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
 * A step of long short-term memory with states h and c. With {@code z = x · kernel + h · recurrent_kernel + bias}, whose
 * quarters are the gates i, f, c, o in that order, r the recurrent activation and a the activation:
 * {@code c' = r(z_f) · c + r(z_i) · a(z_c)}, {@code h' = r(z_o) · a(c')}; the output is {@code h'}.
 *
 * <p>Weights: {@code kernel [features, 4 · units]}, {@code recurrent_kernel [units, 4 · units]}, {@code bias [4 · units]}.
 *
 * <p>Source: {@code keras.layers.LSTMCell}.
 */
public final class LSTMCell extends RecurrentCell {
    private final CellOptions options;
    private final boolean unitForgetBias;

    LSTMCell(String name, boolean trainable, CellOptions options, boolean unitForgetBias) {
        super(name, trainable);
        this.options = options;
        this.unitForgetBias = unitForgetBias;
    }

    /**
     * A cell whose forget gate begins with a bias of 1.
     *
     * @param options its units, functions and weights
     * @return the cell
     */
    public static LSTMCell of(CellOptions options) {
        return new LSTMCell("", true, options, true);
    }

    static LSTMCell read(String name, Config config) {
        CellOptions options = CellOptions.read(config, config.integer("units"));
        return new LSTMCell(name, config.truth("trainable", true), options, config.truth("unit_forget_bias", true));
    }

    @Override
    public String className() {
        return "LSTMCell";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("units", options.units()).put("unit_forget_bias", unitForgetBias);
        options.write(config, true);
    }

    @Override
    public List<Shape> states(Shape input) {
        Shape state = Shape.of(options.units()).prepend(input.dimension(0));
        return List.of(state, state);
    }

    @Override
    public List<WeightSpec> weights(List<Shape> inputs) {
        long units = options.units();
        List<WeightSpec> weights = new ArrayList<>();
        weights.add(options.weight("kernel", "kernel", Shape.of(features(inputs.get(0)), 4 * units)));
        weights.add(options.weight("recurrent", "recurrent_kernel", Shape.of(units, 4 * units)));
        if (options.hasBias()) {
            WeightSpec bias = options.weight("bias", "bias", Shape.of(4 * units));
            weights.add(unitForgetBias ? ForgetBias.of(bias) : bias);
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
        CellMasks masks = options.masks(around, options.dropsState() ? 4 : 1, input, states(input.shape()));
        return (call, states) -> step(call, states, masks);
    }

    private Step step(LayerCall call, List<Value> states, CellMasks masks) {
        options.requireInference(this, call);
        Ops ops = call.ops();
        Value z = ops.add(
                masks.inputProduct(ops, call.input(), call.weight("kernel")),
                masks.stateProduct(ops, states.get(0), call.weight("recurrent_kernel")));
        Value biased = options.hasBias() ? ops.add(z, call.weight("bias")) : z;
        return step(ops, options, quarters(ops, biased, -1), states.get(1));
    }

    /** What the four gates, before their functions, and the old c give. */
    static Step step(Ops ops, CellOptions options, List<Value> gates, Value c) {
        Value i = options.recurrentActivation().apply(ops, gates.get(0));
        Value f = options.recurrentActivation().apply(ops, gates.get(1));
        Value candidate = options.activation().apply(ops, gates.get(2));
        Value o = options.recurrentActivation().apply(ops, gates.get(3));
        Value nextC = ops.add(ops.mul(f, c), ops.mul(i, candidate));
        Value nextH = ops.mul(o, options.activation().apply(ops, nextC));
        return new Step(nextH, List.of(nextH, nextC));
    }

    private List<Value> quarters(Ops ops, Value x, int axis) {
        int units = options.units();
        return ops.split(x, axis, units, units, units, units);
    }

    @Override
    Optional<Fused> fused(boolean training) {
        if (training && options.dropsState()) {
            return Optional.empty();
        }
        return GateFunctions.of(options.recurrentActivation(), options.activation(), options.activation())
                .map(functions -> (call, x, more) -> {
                    options.requireInference(this, call);
                    Ops ops = call.ops();
                    Recurrent recurrent = Recurrent.of(
                            stacked(ops, ops.transpose(call.weight("kernel"), 1, 0)),
                            stacked(ops, ops.transpose(call.weight("recurrent_kernel"), 1, 0)),
                            functions);
                    if (options.hasBias()) {
                        Value bias = stacked(ops, call.weight("bias"));
                        Value none = zeros(ops, bias, 1, 4L * options.units());
                        recurrent = recurrent.withBias(ops.concat(List.of(bias, none), 1));
                    }
                    return ops.lstm(options.dropped(call, x), more.apply(recurrent));
                });
    }

    /** Keras's i, f, c, o along the first axis as ONNX's i, o, f, c behind an axis for the direction. */
    private Value stacked(Ops ops, Value gates) {
        List<Value> keras = quarters(ops, gates, 0);
        return ops.unsqueeze(ops.concat(List.of(keras.get(0), keras.get(3), keras.get(1), keras.get(2)), 0), 0);
    }
}
