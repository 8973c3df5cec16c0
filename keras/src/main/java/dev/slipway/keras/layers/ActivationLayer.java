package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Value;
import dev.slipway.keras.activations.Activation;
import dev.slipway.keras.activations.Activations;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * An activation function as a layer of its own; keeps the shape.
 *
 * <p>Source: {@code keras.layers.Activation}; named with its suffix because the function itself is called
 * {@link Activation} here.
 */
public final class ActivationLayer extends Layer {
    private final Activation activation;

    private ActivationLayer(String name, Activation activation) {
        super(name, true);
        this.activation = activation;
    }

    /**
     * A layer that applies an activation.
     *
     * @param activation its Keras name, such as {@code relu}
     * @return the layer
     */
    public static ActivationLayer of(String activation) {
        return of(Activations.named(activation));
    }

    /**
     * A layer that applies an activation, which may be of the program's own.
     *
     * @param activation the function
     * @return the layer
     */
    public static ActivationLayer of(Activation activation) {
        return new ActivationLayer("", activation);
    }

    static ActivationLayer read(String name, Config config) {
        config.ignore("trainable");
        return new ActivationLayer(name, LayerConfig.activation(config, "activation", "linear"));
    }

    @Override
    public String className() {
        return "Activation";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        LayerConfig.write(config, "activation", activation);
    }

    @Override
    public boolean passesMask() {
        return true;
    }

    @Override
    public List<Value> call(LayerCall call) {
        return List.of(activation.apply(call.ops(), call.input()));
    }
}
