package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * What came in.
 *
 * <p>Source: {@code keras.layers.Identity}.
 */
public final class Identity extends Layer {
    private Identity(String name, boolean trainable) {
        super(name, trainable);
    }

    /**
     * The layer.
     *
     * @return the layer
     */
    public static Identity of() {
        return new Identity("", true);
    }

    static Identity read(String name, Config config) {
        return new Identity(name, config.truth("trainable", true));
    }

    @Override
    public String className() {
        return "Identity";
    }

    @Override
    public void writeConfig(ObjectNode config) {}

    @Override
    public boolean passesMask() {
        return true;
    }

    @Override
    public List<Value> call(LayerCall call) {
        return call.inputs();
    }
}
