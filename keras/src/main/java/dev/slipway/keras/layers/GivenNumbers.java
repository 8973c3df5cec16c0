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
import java.util.Arrays;
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

    /**
     * The numbers along some axes, rising, the last of which are meant where there are fewer lists in lists; with more lists,
     * along the last axes.
     */
    Value along(LayerCall call, Layer layer, String key, Shape shape, int... axes) {
        Constant constant = constant(call, layer, key);
        int rank = constant.shape().rank();
        if (rank > axes.length) {
            return over(call, layer, key, shape);
        }
        long[] lengths = new long[shape.rank()];
        Arrays.fill(lengths, 1);
        for (int i = 0; i < rank; i++) {
            lengths[axes[axes.length - rank + i]] = constant.shape().size(i);
        }
        return over(call, layer, key, shape, new Constant(constant.type(), Shape.of(lengths), constant.bytes()));
    }

    /** The numbers, which must not make a tensor of this shape larger. */
    Value over(LayerCall call, Layer layer, String key, Shape shape) {
        return over(call, layer, key, shape, constant(call, layer, key));
    }

    private Constant constant(LayerCall call, Layer layer, String key) {
        return Literal.read(layer + ": " + key, json).constant(call.computeType());
    }

    private static Value over(LayerCall call, Layer layer, String key, Shape shape, Constant constant) {
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
