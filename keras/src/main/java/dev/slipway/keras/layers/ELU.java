package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.activations.Activations;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * {@code x} where it is positive, {@code alpha · (e^x - 1)} elsewhere; keeps the shape.
 *
 * <p>Source: {@code keras.layers.ELU}; D. Clevert, T. Unterthiner, S. Hochreiter, "Exponential Linear Units", 2015.
 */
public final class ELU extends Layer {
    private final double alpha;

    private ELU(String name, boolean trainable, double alpha) {
        super(name, trainable);
        this.alpha = alpha;
    }

    /**
     * With a given floor.
     *
     * @param alpha how far below 0 results come; 1 is Keras's default
     * @return the layer
     */
    public static ELU of(double alpha) {
        return new ELU("", true, alpha);
    }

    static ELU read(String name, Config config) {
        return new ELU(name, config.truth("trainable", true), config.number("alpha", 1));
    }

    @Override
    public String className() {
        return "ELU";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("alpha", alpha);
    }

    @Override
    public boolean passesMask() {
        return true;
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.input();
        Value unscaled = Activations.named("elu").apply(ops, x);
        Value scaled = ops.mul(unscaled, ops.like(x, alpha));
        return List.of(alpha == 1 ? unscaled : ops.where(ops.greater(x, ops.like(x, 0)), x, scaled));
    }
}
