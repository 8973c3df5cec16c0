package dev.slipway.examples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.initializers.Initializers;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerCall;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.WeightSpec;
import java.util.List;
import java.util.Optional;

/**
 * A layer of one's own, as a team has it in Python too: {@code limit · scale · tanh(x)} with a scale for each feature to be
 * learnt, {@code [batch, …, features]} to the same shape.
 *
 * <pre>{@code
 * @keras.saving.register_keras_serializable(package="shop")
 * class ScaledTanh(keras.layers.Layer):
 *     def __init__(self, limit=1.0, **kwargs): ...
 *     def build(self, shape):
 *         self.scale = self.add_weight(shape=(shape[-1],), initializer="ones", name="scale")
 *     def call(self, x):
 *         return self.limit * self.scale * keras.ops.tanh(x)
 * }</pre>
 */
public final class ScaledTanh extends Layer {
    private final double limit;

    private ScaledTanh(String name, boolean trainable, double limit) {
        super(name, trainable);
        this.limit = limit;
    }

    /**
     * The layer.
     *
     * @param limit the factor that is not learnt
     * @return the layer, to be named by its model
     */
    public static ScaledTanh of(double limit) {
        return new ScaledTanh("", true, limit);
    }

    /**
     * Keras's layers and this one: what {@code Model.load(file, registry)} takes.
     *
     * @return a registry that knows the class
     */
    public static LayerRegistry registry() {
        return LayerRegistry.builtIn().with("shop>ScaledTanh", ScaledTanh::read);
    }

    /** Every key that the Python class writes must be asked for: a key that nobody asks for refuses the file. */
    private static Layer read(String name, Config config) {
        return new ScaledTanh(name, config.truth("trainable", true), config.number("limit", 1));
    }

    @Override
    public String className() {
        return "ScaledTanh";
    }

    @Override
    public Optional<String> registeredName() {
        return Optional.of("shop>ScaledTanh");
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("limit", limit);
    }

    @Override
    public List<WeightSpec> weights(List<Shape> inputs) {
        Shape features = Shape.of(inputs.get(0).size(-1));
        return List.of(
                new WeightSpec("scale", DataType.FLOAT, features, Initializers.named("ones"), Optional.empty(), true));
    }

    /** Built of operators that have gradients, it trains. */
    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value scaled = ops.mul(ops.tanh(call.input()), call.weight("scale"));
        return List.of(ops.mul(scaled, ops.like(scaled, limit)));
    }
}
