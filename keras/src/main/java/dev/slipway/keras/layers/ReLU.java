package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The rectifier: {@code x} above the threshold, {@code negative_slope · (x - threshold)} elsewhere, at most
 * {@code max_value}; keeps the shape.
 *
 * <p>Source: {@code keras.layers.ReLU}.
 */
public final class ReLU extends Layer {
    private final OptionalDouble maxValue;
    private final double negativeSlope;
    private final double threshold;

    private ReLU(String name, boolean trainable, OptionalDouble maxValue, double negativeSlope, double threshold) {
        super(name, trainable);
        if (!(maxValue.orElse(0) >= 0) || !(negativeSlope >= 0) || !(threshold >= 0)) {
            throw new IllegalArgumentException(this + ": max_value " + maxValue + ", negative_slope " + negativeSlope
                    + ", threshold " + threshold + " (expected: none below 0)");
        }
        this.maxValue = maxValue;
        this.negativeSlope = negativeSlope;
        this.threshold = threshold;
    }

    /**
     * The plain rectifier.
     *
     * @return {@code max(x, 0)}
     */
    public static ReLU of() {
        return new ReLU("", true, OptionalDouble.empty(), 0, 0);
    }

    /**
     * A rectifier with a ceiling.
     *
     * @param maxValue the greatest result, 0 or more
     * @param negativeSlope the factor below the threshold, 0 or more
     * @param threshold where the result begins to be x, 0 or more
     * @return the layer
     */
    public static ReLU of(double maxValue, double negativeSlope, double threshold) {
        return new ReLU("", true, OptionalDouble.of(maxValue), negativeSlope, threshold);
    }

    static ReLU read(String name, Config config) {
        OptionalDouble maxValue = config.find("max_value").isPresent()
                ? OptionalDouble.of(config.number("max_value", 0))
                : OptionalDouble.empty();
        return new ReLU(
                name,
                config.truth("trainable", true),
                maxValue,
                config.number("negative_slope", 0),
                config.number("threshold", 0));
    }

    @Override
    public String className() {
        return "ReLU";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        maxValue.ifPresentOrElse(max -> config.put("max_value", max), () -> config.putNull("max_value"));
        config.put("negative_slope", negativeSlope).put("threshold", threshold);
    }

    @Override
    public boolean passesMask() {
        return true;
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.input();
        Value result =
                threshold == 0 ? ops.relu(x) : ops.where(ops.greater(x, ops.like(x, threshold)), x, ops.like(x, 0));
        if (maxValue.isPresent()) {
            // The engine makes one Clip of Relu and Clip, and a part of the convolution before of that.
            result = ops.clip(result, 0, maxValue.getAsDouble());
        }
        if (negativeSlope != 0) {
            Value below = ops.relu(ops.sub(ops.like(x, threshold), x));
            result = ops.sub(result, ops.mul(below, ops.like(x, negativeSlope)));
        }
        return List.of(result);
    }
}
