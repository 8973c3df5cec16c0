package dev.slipway.examples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.constraints.Constraint;
import dev.slipway.keras.layers.LayerRegistry;

/**
 * A constraint of one's own, as a team has it in Python too: every weight between {@code -bound} and {@code bound}.
 *
 * <pre>{@code
 * @keras.saving.register_keras_serializable(package="shop")
 * class WeightClip(keras.constraints.Constraint):
 *     def __init__(self, bound):
 *         self.bound = bound
 *     def __call__(self, w):
 *         return keras.ops.clip(w, -self.bound, self.bound)
 *     def get_config(self):
 *         return {"bound": self.bound}
 *
 * keras.layers.Dense(8, kernel_constraint=WeightClip(0.01))
 * }</pre>
 *
 * <p>Initializers ({@code withInitializer}) and regularizers ({@code withRegularizer}) are made and registered in the same way.
 *
 * <p>Source: M. Arjovsky, S. Chintala, L. Bottou, "Wasserstein GAN", 2017, algorithm 1.
 *
 * @param bound the largest magnitude of a weight
 */
public record WeightClip(double bound) implements Constraint {
    private static final String NAME = "shop>WeightClip";

    /**
     * Keras's layers and what belongs to them, and this one: what {@code Model.load(file, registry)} takes.
     *
     * @return a registry that knows the constraint
     */
    public static LayerRegistry registry() {
        return LayerRegistry.builtIn().withConstraint(NAME, WeightClip::read);
    }

    private static WeightClip read(Config config) {
        return new WeightClip(config.number("bound", 0.01));
    }

    /** The name that Keras has registered it under. */
    @Override
    public String className() {
        return NAME;
    }

    @Override
    public ObjectNode config() {
        return Config.json().put("bound", bound);
    }

    @Override
    public Value project(Ops ops, Value weight) {
        return ops.clip(weight, -bound, bound);
    }
}
