package dev.slipway.keras.layers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A tensor that stands for the result of a layer before any numbers exist: what layers are applied to in the functional
 * interface.
 */
public final class KerasTensor {
    private final Application source;
    private final int index;
    private final DataType type;
    private final Shape shape;

    private KerasTensor(Application source, int index, DataType type, Shape shape) {
        this.source = source;
        this.index = index;
        this.type = type;
        this.shape = shape;
    }

    /**
     * One use of a layer, told apart by identity.
     *
     * @param layer the layer
     * @param inputs what it was applied to
     */
    public record Application(Layer layer, List<KerasTensor> inputs) {
        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /**
     * Applies a layer.
     *
     * @param layer the layer
     * @param inputs what it is applied to
     * @return its results
     * @throws IllegalArgumentException if the layer cannot be applied to such inputs
     */
    public static List<KerasTensor> of(Layer layer, List<KerasTensor> inputs) {
        Application application = new Application(layer, List.copyOf(inputs));
        List<KerasTensor> results = new ArrayList<>();
        if (layer instanceof InputLayer input) {
            results.add(new KerasTensor(application, 0, input.type(), input.shape()));
            return results;
        }
        for (Value value : trace(layer, inputs)) {
            results.add(new KerasTensor(application, results.size(), value.type(), value.shape()));
        }
        return results;
    }

    /** Builds the layer's forward pass in a graph that is thrown away, for the shapes of its results. */
    private static List<Value> trace(Layer layer, List<KerasTensor> inputs) {
        Graph scratch = new Graph("trace");
        List<Value> values = new ArrayList<>();
        for (KerasTensor input : inputs) {
            values.add(scratch.input("input_" + values.size(), input.type, input.shape));
        }
        List<Shape> shapes = inputs.stream().map(KerasTensor::shape).toList();
        Map<String, WeightSpec> weights = new HashMap<>();
        Weight.of("", layer, shapes).forEach(weight -> weights.put(weight.path(), weight.spec()));
        return layer.call(LayerCall.root(new Ops(scratch), values, false, path -> {
            WeightSpec spec = Objects.requireNonNull(weights.get(path), path);
            return scratch.parameter(path, spec.type(), spec.shape());
        }));
    }

    /**
     * The use of a layer that gives this tensor.
     *
     * @return layer and inputs
     */
    public Application source() {
        return source;
    }

    /**
     * Which of the layer's results this is.
     *
     * @return its place, from 0
     */
    public int index() {
        return index;
    }

    /**
     * The element type.
     *
     * @return the type
     */
    public DataType type() {
        return type;
    }

    /**
     * The shape, batch first.
     *
     * @return the shape
     */
    public Shape shape() {
        return shape;
    }
}
