package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * {@code x} where it is positive, {@code negative_slope · x} elsewhere; keeps the shape.
 *
 * <p>Source: {@code keras.layers.LeakyReLU}.
 */
public final class LeakyReLU extends Layer {
    private static final double SLOPE = 0.3;

    private final double negativeSlope;

    private LeakyReLU(String name, boolean trainable, double negativeSlope) {
        super(name, trainable);
        this.negativeSlope = negativeSlope;
    }

    /**
     * With Keras's default slope.
     *
     * @return the layer
     */
    public static LeakyReLU of() {
        return of(SLOPE);
    }

    /**
     * With a given slope.
     *
     * @param negativeSlope the factor below 0
     * @return the layer
     */
    public static LeakyReLU of(double negativeSlope) {
        return new LeakyReLU("", true, negativeSlope);
    }

    static LeakyReLU read(String name, Config config) {
        // Keras 3 still takes the key's former name.
        double slope = config.number("negative_slope", config.number("alpha", SLOPE));
        return new LeakyReLU(name, config.truth("trainable", true), slope);
    }

    @Override
    public String className() {
        return "LeakyReLU";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("negative_slope", negativeSlope);
    }

    @Override
    public boolean passesMask() {
        return true;
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.input();
        Value scaled = ops.mul(x, ops.like(x, negativeSlope));
        return List.of(ops.where(ops.greater(x, ops.like(x, 0)), x, scaled));
    }
}
