package dev.slipway.keras.initializers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.runtime.Tensor;
import java.util.random.RandomGenerator;

/**
 * A matrix with one number on its diagonal and zeros elsewhere. Source: {@code keras.initializers.Identity}.
 *
 * @param gain the number on the diagonal
 */
record Identity(double gain) implements Initializer {
    @Override
    public String className() {
        return "Identity";
    }

    @Override
    public ObjectNode config() {
        return Config.json().put("gain", gain);
    }

    @Override
    public Tensor create(DataType type, Shape shape, RandomGenerator random) {
        if (shape.rank() != 2) {
            throw new IllegalArgumentException("Identity: shape " + shape + " (expected: a matrix)");
        }
        long columns = shape.size(1);
        long[] next = {0};
        return Filler.fill(type, shape, () -> {
            long place = next[0]++;
            return place / columns == place % columns ? gain : 0;
        });
    }
}
