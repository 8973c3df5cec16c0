package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.activations.Activation;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.initializers.Initializers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code t · activation(x · kernel + bias) + (1 − t) · x} with {@code t = sigmoid(x · gate_kernel + gate_bias)}; keeps the
 * shape {@code [batch, features]}.
 *
 * <p>Weights: {@code kernel} and {@code gate_kernel [features, features]}, {@code bias} and {@code gate_bias [features]}.
 *
 * <p>Source: {@code keras.layers.Highway} of Keras 1.2; R. Srivastava et al., "Highway Networks", 2015.
 */
final class Highway extends Layer {
    private final Activation activation;
    private final boolean useBias;

    private Highway(String name, Config config) {
        super(name, config.truth("trainable", true));
        this.activation = LayerConfig.activation(config, "activation", "linear");
        this.useBias = config.truth("use_bias", true);
        config.ignore(
                "transform_bias",
                "kernel_initializer",
                "kernel_regularizer",
                "bias_regularizer",
                "activity_regularizer",
                "kernel_constraint",
                "bias_constraint",
                "weights");
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
        config.put("use_bias", useBias);
    }

    @Override
    public List<WeightSpec> weights(List<Shape> inputs) {
        Shape input = inputs.get(0);
        if (input.rank() != 2 || !input.dimension(1).isKnown()) {
            throw new IllegalArgumentException(
                    this + ": input of shape " + input + " (expected: rank 2 and a known last axis)");
        }
        long features = input.size(1);
        List<WeightSpec> weights = new ArrayList<>();
        for (String kernel : List.of("kernel", "gate_kernel")) {
            weights.add(weight(kernel, Shape.of(features, features), "glorot_uniform"));
        }
        for (String bias : useBias ? List.of("bias", "gate_bias") : List.<String>of()) {
            weights.add(weight(bias, Shape.of(features), "zeros"));
        }
        return weights;
    }

    private static WeightSpec weight(String name, Shape shape, String initializer) {
        return new WeightSpec(name, DataType.FLOAT, shape, Initializers.named(initializer), Optional.empty(), true);
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
