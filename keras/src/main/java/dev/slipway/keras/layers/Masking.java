package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * Masks the time steps whose features are all one number, and makes them zero: {@code [batch, time, …]} keeps its shape.
 *
 * <p>Source: {@code keras.layers.Masking}.
 */
public final class Masking extends Layer {
    private final double maskValue;

    private Masking(String name, double maskValue) {
        super(name, true);
        this.maskValue = maskValue;
    }

    /**
     * Masks steps of a value.
     *
     * @param maskValue the number that says that a step does not count; Keras's default is 0
     * @return the layer
     */
    public static Masking of(double maskValue) {
        return new Masking("", maskValue);
    }

    static Masking read(String name, Config config) {
        config.ignore("trainable");
        return new Masking(name, config.number("mask_value", 0));
    }

    @Override
    public String className() {
        return "Masking";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("mask_value", maskValue);
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.input();
        if (x.shape().rank() < 2) {
            throw new IllegalArgumentException(
                    this + ": input of shape " + x.shape() + " (expected: [batch, time, …])");
        }
        Value differs = ops.cast(ops.not(ops.equal(x, ops.like(x, maskValue))), DataType.INT32);
        Value counts = Masks.any(ops, differs, true);
        call.giveMask(0, ops.squeeze(counts, -1));
        return List.of(ops.mul(x, ops.cast(counts, x.type())));
    }
}
