package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Backend;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The axes that a layer works along, which Keras writes as one number or as a list; the batch is 0, and negative ones
 * count from the end.
 *
 * @param isList whether a file says it as a list
 * @param values the axes, in the order given
 */
record Axes(boolean isList, List<Integer> values) {
    static Axes of(int first, int... more) {
        List<Integer> values = new ArrayList<>(List.of(first));
        Arrays.stream(more).forEach(values::add);
        return new Axes(more.length > 0, List.copyOf(values));
    }

    static Axes listOf(int... values) {
        return new Axes(true, Arrays.stream(values).boxed().toList());
    }

    static Axes read(Config config, String key, int absent) {
        JsonNode node = config.find(key).orElse(null);
        if (node == null || !node.isArray()) {
            return new Axes(false, List.of(config.integer(key, absent)));
        }
        List<Integer> values = new ArrayList<>();
        for (JsonNode value : node) {
            if (!value.canConvertToInt() || !value.canConvertToExactIntegral()) {
                throw config.refused(key, node.toString(), "a whole number or a list of such");
            }
            values.add(value.intValue());
        }
        if (values.isEmpty()) {
            throw config.refused(key, "[]", "one axis or more");
        }
        return new Axes(true, values);
    }

    void write(ObjectNode config, String key) {
        if (!isList) {
            config.put(key, values.get(0));
            return;
        }
        ArrayNode list = config.putArray(key);
        values.forEach(list::add);
    }

    /** The axes of a shape counted from the front, each once. */
    int[] of(Shape shape) {
        Set<Integer> seen = new HashSet<>();
        int[] axes = values.stream().mapToInt(shape::axis).toArray();
        for (int axis : axes) {
            if (!seen.add(axis)) {
                throw new IllegalArgumentException(
                        "axes " + values + " of shape " + shape + " (expected: each axis once)");
            }
        }
        return axes;
    }

    /**
     * The axes of a shape along which Keras takes means: for neighbouring axes PyTorch's own function does it, which knows last
     * axes only, as many and as long as those given.
     */
    int[] averaged(LayerCall call, Shape shape) {
        int[] axes = of(shape);
        int[] last = IntStream.range(shape.rank() - axes.length, shape.rank()).toArray();
        boolean isOwn = call.backend() == Backend.TORCH && isNeighbouring() && isAsLong(shape, last);
        return isOwn ? last : axes;
    }

    private boolean isNeighbouring() {
        List<Integer> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() - 1) - sorted.get(0) == sorted.size() - 1;
    }

    private boolean isAsLong(Shape shape, int[] last) {
        Shape lengths = lengths(shape);
        for (int i = 0; i < last.length; i++) {
            if (!shape.dimension(last[i]).equals(lengths.dimension(i))) {
                return false;
            }
        }
        return true;
    }

    /** The lengths of the axes, in the order given. */
    Shape lengths(Shape shape) {
        long[] lengths = new long[values.size()];
        int[] axes = of(shape);
        for (int i = 0; i < axes.length; i++) {
            if (!shape.dimension(axes[i]).isKnown()) {
                throw new IllegalArgumentException(
                        "input of shape " + shape + " (expected: a known length of axis " + values.get(i) + ")");
            }
            lengths[i] = shape.size(axes[i]);
        }
        return Shape.of(lengths);
    }

    /** The shape in which weights of these axes meet a tensor: length 1 along others, but for those in front. */
    Shape broadcastable(Shape shape) {
        int[] axes = of(shape);
        int first = Arrays.stream(axes).min().orElseThrow();
        long[] lengths = new long[shape.rank() - first];
        Arrays.fill(lengths, 1);
        for (int axis : axes) {
            lengths[axis - first] = shape.size(axis);
        }
        return Shape.of(lengths);
    }
}
