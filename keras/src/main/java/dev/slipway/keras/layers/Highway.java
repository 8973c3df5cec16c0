package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.activations.Activation;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.initializers.Initializers;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code t · activation(x · kernel + bias) + (1 − t) · x} with {@code t = sigmoid(x · gate_kernel + gate_bias)}; keeps the
 * shape {@code [batch, features]}.
 *
 * <p>Weights: {@code kernel} and {@code gate_kernel [features, features]}, {@code bias} and {@code gate_bias [features]}.
 *
 * <p>Regularizers and constraints are those of {@code kernel} and {@code bias}; the gate has none.
 *
 * <p>Source: {@code keras.layers.Highway} of Keras 1.2, which Keras 2.0 to 2.3 have still; R. Srivastava et al., "Highway Networks", 2015.
 */
final class Highway extends Layer {
    private final Activation activation;
    private final boolean useBias;
    private final WeightOptions kernelOptions;
    private final WeightOptions biasOptions;
    private final WeightOptions gateOptions;

    /** What the gate's bias begins with. */
    private final double transformBias;

    private Highway(String name, Config config) {
        super(name, config.truth("trainable", true));
        this.activation = LayerConfig.activation(config, "activation", "linear");
        this.useBias = config.truth("use_bias", true);
        this.kernelOptions = WeightOptions.of("kernel", "glorot_uniform").read(config);
        this.biasOptions = WeightOptions.of("bias", "zeros").read(config);
        this.gateOptions = WeightOptions.of("gate", "zeros").with(kernelOptions.initializer());
        // Keras 2 has the key no more.
        this.transformBias = config.number("transform_bias", 1);
        config.ignore("weights");
    }

    static Highway read(String name, Config config) {
        return new Highway(name, config);
    }

    @Override
    public String className() {
        return "Highway";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        LayerConfig.write(config, "activation", activation);
        config.put("use_bias", useBias).put("transform_bias", transformBias);
        kernelOptions.write(config);
        biasOptions.write(config);
    }

    @Override
    public List<WeightSpec> weights(List<Shape> inputs) {
        Shape input = inputs.get(0);
        if (input.rank() != 2 || !input.dimension(1).isKnown()) {
            throw new IllegalArgumentException(
                    this + ": input of shape " + input + " (expected: rank 2 and a known last axis)");
        }
        long features = input.size(1);
        Shape square = Shape.of(features, features);
        List<WeightSpec> weights = new ArrayList<>();
        weights.add(kernelOptions.weight("kernel", square));
        weights.add(gateOptions.weight("gate_kernel", square));
        if (useBias) {
            weights.add(biasOptions.weight("bias", Shape.of(features)));
            weights.add(gateOptions.with(Initializers.constant(transformBias)).weight("gate_bias", Shape.of(features)));
        }
        return weights;
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.floatingInput();
        Value gate = ops.sigmoid(linear(call, x, "gate_kernel", "gate_bias"));
        Value mapped = activation.apply(ops, linear(call, x, "kernel", "bias"));
        // The same as in the formula with one product less.
        return List.of(ops.add(x, ops.mul(gate, ops.sub(mapped, x))));
    }

    private Value linear(LayerCall call, Value x, String kernel, String bias) {
        Value product = call.ops().matMul(x, call.weight(kernel));
        return useBias ? call.ops().add(product, call.weight(bias)) : product;
    }
}
