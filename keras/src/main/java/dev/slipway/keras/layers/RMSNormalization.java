package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.initializers.Initializers;
import java.util.List;
import java.util.Optional;

/**
 * {@code scale · x / sqrt(mean(x²) + epsilon)}, the mean along some axes; keeps the shape.
 *
 * <p>Weights: {@code scale}, in the shape of the normalized axes, which meets x at its last axes whatever axes are
 * normalized, as in Keras 3.9.
 *
 * <p>Source: {@code keras.layers.RMSNormalization}; B. Zhang, R. Sennrich, "Root Mean Square Layer Normalization", 2019.
 */
public final class RMSNormalization extends Layer {
    private static final double EPSILON = 1e-6;

    private final Axes axes;
    private final double epsilon;

    private RMSNormalization(String name, boolean trainable, Axes axes, double epsilon) {
        super(name, trainable);
        if (!(epsilon >= 0)) {
            throw new IllegalArgumentException(this + ": epsilon " + epsilon + " (expected: >= 0)");
        }
        this.axes = axes;
        this.epsilon = epsilon;
    }

    /**
     * Normalizes the last axis, with Keras's defaults.
     *
     * @return the layer
     */
    public static RMSNormalization of() {
        return of(EPSILON);
    }

    /**
     * Normalizes the last axis.
     *
     * @param epsilon what is added to the mean square, 0 or more
     * @return the layer
     */
    public static RMSNormalization of(double epsilon) {
        return new RMSNormalization("", true, Axes.of(-1), epsilon);
    }

    static RMSNormalization read(String name, Config config) {
        return new RMSNormalization(
                name,
                config.truth("trainable", true),
                Axes.read(config, "axis", -1),
                config.number("epsilon", EPSILON));
    }

    @Override
    public String className() {
        return "RMSNormalization";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        axes.write(config, "axis");
        config.put("epsilon", epsilon);
    }

    @Override
    public List<WeightSpec> weights(List<Shape> inputs) {
        Shape shape = axes.lengths(inputs.get(0));
        return List.of(
                new WeightSpec("scale", DataType.FLOAT, shape, Initializers.named("ones"), Optional.empty(), true));
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.wideInput();
        Value squares = ops.reduceMean(ops.mul(x, x), true, axes.averaged(call, x.shape()));
        Value deviation = ops.sqrt(ops.add(squares, ops.like(x, epsilon)));
        Value scale = ops.cast(call.weight("scale"), x.type());
        return List.of(call.narrow(ops.mul(ops.div(x, deviation), scale)));
    }
}
