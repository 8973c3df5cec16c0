package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.initializers.Initializers;
import java.util.List;
import java.util.Optional;

/**
 * {@code x · gamma} along the last axis; keeps the shape. Keras has it for its ConvNeXt alone, and files of such models name it.
 *
 * <p>Weights: {@code gamma [channels]}, equal numbers in the beginning.
 *
 * <p>Source: {@code keras.src.applications.convnext.LayerScale} of Keras 3; H. Touvron et al., "Going deeper with Image
 * Transformers", 2021.
 */
public final class LayerScale extends Layer {
    private final long channels;
    private final double initial;

    private LayerScale(String name, boolean trainable, long channels, double initial) {
        super(name, trainable);
        if (channels < 1) {
            throw new IllegalArgumentException(this + ": projection_dim " + channels + " (expected: >= 1)");
        }
        this.channels = channels;
        this.initial = initial;
    }

    /**
     * Scales each channel by a number of its own.
     *
     * @param channels the length of the last axis, 1 or more
     * @param initial what each of the numbers is in the beginning; ConvNeXt has 1e-6
     * @return the layer
     */
    public static LayerScale of(long channels, double initial) {
        return new LayerScale("", true, channels, initial);
    }

    static LayerScale read(String name, Config config) {
        if (config.find("init_values").isEmpty()) {
            throw config.refused("init_values", "nothing", "a number");
        }
        return new LayerScale(
                name,
                config.truth("trainable", true),
                config.integer("projection_dim"),
                config.number("init_values", 0));
    }

    @Override
    public String className() {
        return "LayerScale";
    }

    /** Keras has no public name for it. */
    @Override
    public String module() {
        return "keras.src.applications.convnext";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("init_values", initial).put("projection_dim", channels);
    }

    @Override
    public List<WeightSpec> weights(List<Shape> inputs) {
        ObjectNode value = Config.json().put("value", initial);
        return List.of(new WeightSpec(
                "gamma",
                DataType.FLOAT,
                Shape.of(channels),
                Initializers.of("Constant", value),
                Optional.empty(),
                true));
    }

    @Override
    public List<Value> call(LayerCall call) {
        Value x = call.floatingInput();
        return List.of(call.ops().mul(x, call.weight("gamma")));
    }
}
