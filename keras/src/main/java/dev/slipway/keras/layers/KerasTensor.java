package dev.slipway.keras.layers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Graph;
import dev.slipway.graph.NoKernelException;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.ConfigException;
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
     * @param arguments what it was called with
     */
    public record Application(Layer layer, CallArguments<KerasTensor> arguments) {
        /**
         * What the layer was applied to.
         *
         * @return its inputs, without masks and other arguments
         */
        public List<KerasTensor> inputs() {
            return arguments.inputs(layer);
        }

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
        return of(layer, layer.takesList() ? CallArguments.ofList(inputs) : CallArguments.of(inputs));
    }

    /**
     * Applies a layer.
     *
     * @param layer the layer
     * @param arguments what it is called with
     * @return its results
     * @throws IllegalArgumentException if the layer cannot be called like this
     */
    public static List<KerasTensor> of(Layer layer, CallArguments<KerasTensor> arguments) {
        arguments.requireKnown(layer);
        Application application = new Application(layer, arguments);
        List<KerasTensor> results = new ArrayList<>();
        if (layer instanceof InputLayer input) {
            results.add(new KerasTensor(application, 0, input.type(), input.shape()));
            return results;
        }
        for (Value value : trace(application)) {
            results.add(new KerasTensor(application, results.size(), value.type(), value.shape()));
        }
        return results;
    }

    /** Builds the layer's forward pass in a graph that is thrown away, for the shapes of its results. */
    private static List<Value> trace(Application application) {
        Graph scratch = new Graph("trace");
        Layer layer = application.layer();
        Map<KerasTensor, Value> known = new HashMap<>();
        CallArguments<Value> arguments = application.arguments().map(tensor -> tensor.in(scratch, known));
        List<Shape> shapes =
                application.inputs().stream().map(KerasTensor::shape).toList();
        Map<String, WeightSpec> weights = new HashMap<>();
        Weight.of("", layer, shapes).forEach(weight -> weights.put(weight.path(), weight.spec()));
        Map<String, Value> parameters = new HashMap<>();
        LayerCall root = LayerCall.declaration(
                new Ops(scratch),
                path -> parameters.computeIfAbsent(path, wanted -> {
                    WeightSpec spec = Objects.requireNonNull(weights.get(wanted), wanted);
                    return scratch.parameter(wanted, spec.type(), spec.shape());
                }));
        try {
            return layer.call(root.applied(layer, arguments));
        } catch (NoKernelException e) {
            throw new ConfigException(layer + ": " + e.getMessage(), e);
        }
    }

    /**
     * This tensor in a graph that is thrown away: an input, or, where it may be a part of a shape that the model computes, what
     * computes it, which tells the lengths.
     */
    private Value in(Graph scratch, Map<KerasTensor, Value> known) {
        Value found = known.get(this);
        if (found == null) {
            found = isOfShape()
                    ? source.layer().call(computed(scratch, known)).get(index)
                    : scratch.input("input_" + scratch.inputs().size(), type, shape);
            known.put(this, found);
        }
        return found;
    }

    /** Few numbers that do not depend on the length of the batch, computed without weights. */
    private boolean isOfShape() {
        return source.layer().takesConstants() && shape.rank() <= 1 && shape.isKnown();
    }

    private LayerCall computed(Graph scratch, Map<KerasTensor, Value> known) {
        LayerCall root = LayerCall.declaration(new Ops(scratch), path -> {
            throw new IllegalStateException(path + " (expected: an operation without weights)");
        });
        return root.applied(source.layer(), source.arguments().map(tensor -> tensor.in(scratch, known)));
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
