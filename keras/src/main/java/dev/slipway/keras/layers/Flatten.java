package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * All axes behind the batch made one: {@code [batch, …]} to {@code [batch, product]}; {@code [batch]} to
 * {@code [batch, 1]}.
 *
 * <p>Source: {@code keras.layers.Flatten} with {@code data_format="channels_last"}.
 */
public final class Flatten extends Layer {
    private Flatten(String name) {
        super(name, true);
    }

    /**
     * The layer.
     *
     * @return the layer
     */
    public static Flatten of() {
        return new Flatten("");
    }

    static Flatten read(String name, Config config) {
        config.ignore("trainable");
        String format = config.text("data_format", "channels_last");
        if (!format.equals("channels_last")) {
            throw config.refused("data_format", format, "channels_last, as Slipway does not support others yet");
        }
        return new Flatten(name);
    }

    @Override
    public String className() {
        return "Flatten";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("data_format", "channels_last");
    }

    @Override
    public List<Value> call(LayerCall call) {
        Shape input = call.input().shape();
        Shape rest = input.slice(1, input.rank());
        if (!rest.isKnown()) {
            throw new IllegalArgumentException(
                    this + ": input of shape " + input + " (expected: only the batch unknown)");
        }
        Shape flat = Shape.of(List.of(input.dimension(0), Dimension.of(rest.elementCount())));
        return List.of(call.ops().reshape(call.input(), flat));
    }
}
