package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * The sum of two or more tensors, broadcast.
 *
 * <p>Source: {@code keras.layers.Add}.
 */
public final class Add extends Layer {
    private Add(String name) {
        super(name, true);
    }

    /**
     * The layer.
     *
     * @return a layer to be applied to two or more tensors
     */
    public static Add of() {
        return new Add("");
    }

    static Add read(String name, Config config) {
        config.ignore("trainable");
        return new Add(name);
    }

    @Override
    public String className() {
        return "Add";
    }

    @Override
    public void writeConfig(ObjectNode config) {}

    @Override
    public boolean takesList() {
        return true;
    }

    @Override
    public List<Value> call(LayerCall call) {
        if (call.inputs().size() < 2) {
            throw new IllegalArgumentException(this + ": " + call.inputs().size() + " input (expected: two or more)");
        }
        Masks.giveUnion(call);
        return List.of(call.inputs().stream().reduce(call.ops()::add).orElseThrow());
    }
}
