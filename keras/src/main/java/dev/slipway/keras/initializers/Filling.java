package dev.slipway.keras.initializers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.runtime.Tensor;
import java.util.random.RandomGenerator;

/**
 * The same number everywhere. Source: {@code keras.initializers.Zeros}, {@code Ones}, {@code Constant}.
 *
 * @param className which of the three
 * @param value the number
 */
record Filling(String className, double value) implements Initializer {
    static Filling of(String className, double value) {
        return new Filling(className, value);
    }

    @Override
    public ObjectNode config() {
        return className.equals("Constant") ? Config.json().put("value", value) : Config.json();
    }

    @Override
    public Tensor create(DataType type, Shape shape, RandomGenerator random) {
        return Filler.fill(type, shape, () -> value);
    }
}
