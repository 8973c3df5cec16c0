package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * {@code x · scale + offset}, computed in float32; scale and offset are numbers, or lists that are broadcast over the
 * last axes.
 *
 * <p>Source: {@code keras.layers.Rescaling}.
 */
public final class Rescaling extends Layer {
    private final GivenNumbers scale;
    private final GivenNumbers offset;

    private Rescaling(String name, GivenNumbers scale, GivenNumbers offset) {
        super(name, true);
        this.scale = scale;
        this.offset = offset;
    }

    /**
     * Scales and shifts.
     *
     * @param scale the factor
     * @param offset what is added
     * @return the layer
     */
    public static Rescaling of(double scale, double offset) {
        return new Rescaling("", GivenNumbers.of(scale), GivenNumbers.of(offset));
    }

    static Rescaling read(String name, Config config) {
        config.ignore("trainable");
        GivenNumbers scale = GivenNumbers.find(config, "scale")
                .orElseThrow(() -> config.refused("scale", "nothing", "a number or a list"));
        return new Rescaling(name, scale, GivenNumbers.find(config, "offset").orElseGet(() -> GivenNumbers.of(0)));
    }

    @Override
    public String className() {
        return "Rescaling";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.set("scale", scale.json());
        config.set("offset", offset.json());
    }

    @Override
    public boolean passesMask() {
        return true;
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.floatingInput();
        Value scaled = ops.mul(x, scale.over(call, this, "scale", x.shape()));
        return List.of(ops.add(scaled, offset.over(call, this, "offset", x.shape())));
    }
}
