package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.initializers.Initializer;
import dev.slipway.keras.initializers.Initializers;
import dev.slipway.keras.regularizers.Regularizer;
import java.util.Optional;

/**
 * What a configuration says of one weight under {@code <prefix>_initializer} and {@code <prefix>_regularizer}.
 *
 * @param prefix what the keys begin with
 * @param initializer how the weight begins
 * @param regularizer what its size adds to the loss
 */
record WeightOptions(String prefix, Initializer initializer, Optional<Regularizer> regularizer) {
    static WeightOptions of(String prefix, String initializer) {
        return new WeightOptions(prefix, Initializers.named(initializer), Optional.empty());
    }

    /** These options as a file has them. */
    WeightOptions read(Config config) {
        return new WeightOptions(
                prefix,
                LayerConfig.initializer(config, prefix + "_initializer", initializer.className()),
                LayerConfig.regularizer(config, prefix + "_regularizer"));
    }

    WeightOptions with(Initializer other) {
        return new WeightOptions(prefix, other, regularizer);
    }

    WeightOptions with(Regularizer other) {
        return new WeightOptions(prefix, initializer, Optional.of(other));
    }

    void write(ObjectNode config) {
        LayerConfig.write(config, prefix + "_initializer", initializer);
        LayerConfig.write(config, prefix + "_regularizer", regularizer);
    }

    WeightSpec weight(String name, Shape shape) {
        return new WeightSpec(name, DataType.FLOAT, shape, initializer, regularizer, true);
    }
}
