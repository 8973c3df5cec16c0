package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.initializers.Initializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * An activation of Keras 1 with numbers of its own at each place; keeps the shape.
 *
 * <p>Weights: each of the input's shape without the batch, with length 1 along shared axes.
 *
 * <p>Source: {@code keras.layers.advanced_activations} of Keras 1.2.
 */
abstract class OldElementwise extends Layer {
    private final String className;
    private final Map<String, Initializer> weights;
    private final List<Integer> sharedAxes = new ArrayList<>();

    /**
     * Reads an activation.
     *
     * @param weights its weights, in the order of files, and how they begin
     */
    OldElementwise(String className, String name, Config config, Map<String, Initializer> weights) {
        super(name, config.truth("trainable", true));
        this.className = className;
        this.weights = weights;
        for (JsonNode axis : config.find("shared_axes").orElse(Config.json().arrayNode())) {
            if (!axis.isInt() || axis.intValue() < 1) {
                throw new ConfigException(config.subject() + ": shared_axes = " + axis + " (expected: axes from 1)");
            }
            sharedAxes.add(axis.intValue());
        }
    }

    @Override
    public final String className() {
        return className;
    }

    /** How a weight begins. */
    final Initializer initializer(String weight) {
        return Objects.requireNonNull(weights.get(weight), weight);
    }

    @Override
    public void writeConfig(ObjectNode config) {
        sharedAxes.forEach(config.putArray("shared_axes")::add);
    }

    @Override
    public final List<WeightSpec> weights(List<Shape> inputs) {
        Shape input = inputs.get(0);
        long[] lengths = new long[input.rank() - 1];
        for (int axis = 1; axis < input.rank(); axis++) {
            lengths[axis - 1] = sharedAxes.contains(axis) ? 1 : input.size(axis);
        }
        Shape shape = Shape.of(lengths);
        List<WeightSpec> specs = new ArrayList<>();
        weights.forEach((weight, initializer) ->
                specs.add(new WeightSpec(weight, DataType.FLOAT, shape, initializer, Optional.empty(), true)));
        return specs;
    }

    @Override
    public final boolean passesMask() {
        return true;
    }
}
