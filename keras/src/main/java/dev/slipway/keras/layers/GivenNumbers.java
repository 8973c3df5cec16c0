package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.slipway.graph.Constant;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.Optional;

/**
 * A number, or numbers in lists, that a configuration gives for a tensor: broadcast over it from the last axis on, as NumPy
 * does, and written back as they were given.
 */
record GivenNumbers(JsonNode json) {
    static GivenNumbers of(double number) {
        return new GivenNumbers(DoubleNode.valueOf(number));
    }

    static GivenNumbers listOf(double... numbers) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (double number : numbers) {
            list.add(number);
        }
        return new GivenNumbers(list);
    }

    static Optional<GivenNumbers> find(Config config, String key) {
        return config.find(key).map(node -> {
            Literal.read(config.subject() + ": " + key, node);
            return new GivenNumbers(node);
        });
    }

    /** The numbers, which must not make a tensor of this shape larger. */
    Value over(LayerCall call, Layer layer, String key, Shape shape) {
        Literal literal = Literal.read(layer + ": " + key, json);
        Constant constant = literal.constant(call.computeType());
        if (!fits(constant.shape(), shape)) {
            throw new IllegalArgumentException(layer + ": " + key + " of shape " + constant.shape()
                    + " (expected: lengths that can be broadcast to " + shape + ")");
        }
        return call.ops().constant(constant);
    }

    private static boolean fits(Shape given, Shape shape) {
        boolean fits = given.rank() <= shape.rank();
        for (int i = 1; fits && i <= given.rank(); i++) {
            Dimension length = given.dimension(-i);
            Dimension target = shape.dimension(-i);
            fits = length.is(1) || length.equals(target) || !target.isKnown();
        }
        return fits;
    }
}
