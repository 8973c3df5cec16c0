package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * All axes behind the batch made one: {@code [batch, …]} to {@code [batch, product]}; {@code [batch]} to
 * {@code [batch, 1]}. Channels in front are brought to the end first.
 *
 * <p>Source: {@code keras.layers.Flatten}.
 */
public final class Flatten extends Layer {
    private final DataFormat format;

    private Flatten(String name, DataFormat format) {
        super(name, true);
        this.format = format;
    }

    /**
     * The layer.
     *
     * @return the layer
     */
    public static Flatten of() {
        return new Flatten("", DataFormat.CHANNELS_LAST);
    }

    static Flatten read(String name, Config config) {
        config.ignore("trainable");
        return new Flatten(name, DataFormat.read(config));
    }

    @Override
    public String className() {
        return "Flatten";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("data_format", format.kerasName());
    }

    @Override
    public List<Value> call(LayerCall call) {
        Shape input = call.input().shape();
        Shape rest = input.slice(1, input.rank());
        Ops ops = call.ops();
        Shape flat = Shape.of(List.of(input.dimension(0), ops.remainder(rest, 1)));
        return List.of(ops.reshape(input.rank() < 3 ? call.input() : format.toChannelsLast(ops, call.input()), flat));
    }
}
