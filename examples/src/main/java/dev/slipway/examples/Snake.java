package dev.slipway.examples;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.activations.Activation;
import dev.slipway.keras.layers.LayerRegistry;

/**
 * An activation function of one's own, as a team has it in Python too: {@code x + sin²(x)}, for what repeats itself.
 *
 * <pre>{@code
 * @keras.saving.register_keras_serializable(package="shop")
 * def snake(x):
 *     return x + keras.ops.square(keras.ops.sin(x))
 *
 * keras.layers.Dense(8, activation=snake)
 * }</pre>
 *
 * <p>Source: L. Ziyin, T. Hartwig, M. Ueda, "Neural Networks Fail to Learn Periodic Functions and How to Fix It", 2020.
 */
public final class Snake {
    private Snake() {}

    /**
     * The function, for layers that are made in Java.
     *
     * @return the function by the name that Keras has registered it under
     */
    public static Activation activation() {
        return Activation.of("shop>snake", Snake::apply);
    }

    /**
     * Keras's layers and functions and this one: what {@code Model.load(file, registry)} takes.
     *
     * @return a registry that knows the function
     */
    public static LayerRegistry registry() {
        return LayerRegistry.builtIn().withActivation(activation());
    }

    /** Built of operators that have gradients, it trains. */
    private static Value apply(Ops ops, Value x) {
        Value sine = ops.sin(x);
        return ops.add(x, ops.mul(sine, sine));
    }
}
