package dev.slipway.keras.initializers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The numbers of an array, such as embeddings that were learned elsewhere. Lengths of 1 and axes in front are repeated.
 * Source: {@code keras.initializers.Constant}, whose value may be an array.
 *
 * @param written the array as it stands in the file: nested lists, or an object of class {@code __numpy__} with them
 * @param lengths the lengths of its axes
 * @param numbers its numbers in a row
 */
record GivenArray(JsonNode written, List<Integer> lengths, List<Double> numbers) implements Initializer {
    /** The constant under {@code value}: one number or an array. */
    static Initializer readConstant(Config config) {
        JsonNode written = config.find("value").orElse(Config.json().numberNode(0));
        boolean isTyped = written.path("class_name").asText().equals("__numpy__");
        JsonNode array = isTyped ? written.path("config").path("value") : written;
        if (!array.isArray()) {
            return Filling.of("Constant", config.number("value", 0));
        }
        List<Integer> lengths = new ArrayList<>();
        for (JsonNode inner = array; inner.isArray(); inner = inner.path(0)) {
            lengths.add(inner.size());
        }
        List<Double> numbers = new ArrayList<>();
        collect(config, array, lengths, 0, numbers);
        return new GivenArray(written, lengths, numbers);
    }

    private static void collect(Config config, JsonNode node, List<Integer> lengths, int axis, List<Double> numbers) {
        boolean isRow = axis < lengths.size();
        boolean fits = isRow ? node.isArray() && node.size() == lengths.get(axis) : node.isNumber();
        if (!fits) {
            throw config.refused("value", node.toString(), "a number, or an array of numbers of shape " + lengths);
        }
        if (!isRow) {
            numbers.add(node.doubleValue());
        }
        node.forEach(inner -> collect(config, inner, lengths, axis + 1, numbers));
    }

    @Override
    public String className() {
        return "Constant";
    }

    @Override
    public ObjectNode config() {
        return Config.json().set("value", written);
    }

    @Override
    public Tensor create(DataType type, Shape shape, RandomGenerator random) {
        requireFit(shape);
        long[] next = {0};
        return Filler.fill(type, shape, () -> numbers.get(place(shape, next[0]++)));
    }

    private void requireFit(Shape shape) {
        int front = shape.rank() - lengths.size();
        boolean fits = front >= 0;
        for (int axis = 0; fits && axis < lengths.size(); axis++) {
            fits = lengths.get(axis) == 1 || lengths.get(axis) == shape.size(front + axis);
        }
        if (!fits) {
            throw new IllegalArgumentException(
                    "initializer Constant: value of shape " + lengths + " (expected: one that fits " + shape + ")");
        }
    }

    /** Where the number for a place of the weight stands in the array. */
    private int place(Shape shape, long flat) {
        long rest = flat;
        int place = 0;
        int step = 1;
        for (int axis = lengths.size() - 1; axis >= 0; axis--) {
            long length = shape.size(shape.rank() - lengths.size() + axis);
            place += (int) (rest % length % lengths.get(axis)) * step;
            rest /= length;
            step *= lengths.get(axis);
        }
        return place;
    }
}
