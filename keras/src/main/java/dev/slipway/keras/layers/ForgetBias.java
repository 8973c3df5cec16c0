package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Element;
import dev.slipway.graph.Shape;
import dev.slipway.keras.initializers.Initializer;
import dev.slipway.runtime.Tensor;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * A bias of the gates i, f, c, o whose part for the forget gate begins with 1.
 *
 * @param rest how the other parts begin
 */
record ForgetBias(Initializer rest) implements Initializer {
    static WeightSpec of(WeightSpec bias) {
        return new WeightSpec(
                bias.name(),
                bias.type(),
                bias.shape(),
                new ForgetBias(bias.initializer()),
                bias.regularizer(),
                bias.constraint(),
                bias.trainable());
    }

    @Override
    public String className() {
        return rest.className();
    }

    @Override
    public ObjectNode config() {
        return rest.config();
    }

    @Override
    public JsonNode toJson() {
        return rest.toJson();
    }

    @Override
    public Tensor create(DataType type, Shape shape, RandomGenerator random) {
        Tensor bias = rest.create(type, shape, random);
        int quarter = bias.bytes().remaining() / 4;
        ByteBuffer forget = bias.bytes().position(quarter).limit(2 * quarter);
        while (forget.hasRemaining()) {
            Element.put(forget, type, 1);
        }
        return bias;
    }
}
