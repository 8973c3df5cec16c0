package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.constraints.Constraint;
import dev.slipway.keras.initializers.Initializer;
import dev.slipway.keras.initializers.Initializers;
import dev.slipway.keras.regularizers.Regularizer;
import java.util.Optional;

/**
 * What a configuration says of one weight under {@code <prefix>_initializer}, {@code <prefix>_regularizer} and
 * {@code <prefix>_constraint}.
 *
 * @param prefix what the keys begin with
 * @param initializer how the weight begins
 * @param regularizer what its size adds to the loss
 * @param constraint what it must be after every step of training
 */
record WeightOptions(
        String prefix, Initializer initializer, Optional<Regularizer> regularizer, Optional<Constraint> constraint) {
    static WeightOptions of(String prefix, String initializer) {
        return new WeightOptions(prefix, Initializers.named(initializer), Optional.empty(), Optional.empty());
    }

    /** These options as a file has them. */
    WeightOptions read(Config config) {
        return new WeightOptions(
                prefix,
                LayerConfig.initializer(config, prefix + "_initializer", initializer.className()),
                LayerConfig.regularizer(config, prefix + "_regularizer"),
                LayerConfig.constraint(config, prefix + "_constraint"));
    }

    WeightOptions with(Initializer other) {
        return new WeightOptions(prefix, other, regularizer, constraint);
    }

    WeightOptions with(Regularizer other) {
        return new WeightOptions(prefix, initializer, Optional.of(other), constraint);
    }

    void write(ObjectNode config) {
        LayerConfig.write(config, prefix + "_initializer", initializer);
        LayerConfig.write(config, prefix + "_regularizer", regularizer);
        LayerConfig.writeConstraint(config, prefix + "_constraint", constraint);
    }

    WeightSpec weight(String name, Shape shape) {
        return new WeightSpec(name, DataType.FLOAT, shape, initializer, regularizer, constraint, true);
    }
}
