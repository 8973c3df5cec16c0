package dev.slipway.graph;

import dev.slipway.graph.Graph.TypedShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** Builds the body of a {@code Scan} in a graph of its own and appends the node that repeats it. */
final class ScanOperator {
    static final String INPUT_AXES = "scan_input_axes";
    static final String OUTPUT_AXES = "scan_output_axes";
    static final String INPUT_DIRECTIONS = "scan_input_directions";
    static final String OUTPUT_DIRECTIONS = "scan_output_directions";

    private final Graph graph;
    private final String scope;
    private final ScanPath path;

    ScanOperator(Graph graph, String scope, ScanPath path) {
        this.graph = graph;
        this.scope = scope;
        this.path = path;
    }

    List<Value> append(List<Value> states, List<Value> sequences, Ops.ScanBody body) {
        if (sequences.isEmpty()) {
            throw new IllegalArgumentException("Scan: no sequences (expected: one or more)");
        }
        Graph inner = graph.body(scope + "Scan/body");
        String name = inner.name() + "/";
        List<Value> before = new ArrayList<>();
        for (Value state : states) {
            before.add(inner.bodyInput(name + "state", state.type(), state.shape()));
        }
        List<Value> elements = new ArrayList<>();
        for (int i = 0; i < sequences.size(); i++) {
            Value sequence = sequences.get(i);
            Shape element = without(sequence.shape(), path.axes().get(i));
            elements.add(inner.bodyInput(name + "element", sequence.type(), element));
        }
        List<Value> results = body.step(new Ops(inner, name), before, elements);
        requireStates(states, results);
        results.forEach(result -> inner.bodyOutput(name + "result", result));
        Dimension length = sequences.get(0).shape().dimension(path.axes().get(0));
        List<TypedShape> types = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            boolean isState = i < states.size();
            Shape shape = isState
                    ? states.get(i).shape()
                    : with(results.get(i).shape(), path.resultAxis().applyAsInt(i - states.size()), length);
            types.add(new TypedShape(results.get(i).type(), shape));
        }
        List<Optional<Value>> operands = new ArrayList<>();
        states.forEach(state -> operands.add(Optional.of(state)));
        sequences.forEach(sequence -> operands.add(Optional.of(sequence)));
        Map<String, Attribute> attributes = new TreeMap<>();
        attributes.put("body", new Attribute.Body(inner));
        attributes.put("num_scan_inputs", new Attribute.Int(sequences.size()));
        int given = results.size() - states.size();
        attributes.put(INPUT_AXES, ints(sequences.size(), path.axes()::get));
        attributes.put(OUTPUT_AXES, ints(given, path.resultAxis()));
        if (path.backwards()) {
            attributes.put(INPUT_DIRECTIONS, ints(sequences.size(), i -> 1));
            attributes.put(OUTPUT_DIRECTIONS, ints(given, i -> 1));
        }
        return graph.append(scope, "Scan", operands, attributes, types);
    }

    private static Attribute ints(int count, IntUnaryOperator number) {
        return new Attribute.Ints(IntStream.range(0, count)
                .mapToObj(i -> (long) number.applyAsInt(i))
                .toList());
    }

    private static void requireStates(List<Value> states, List<Value> results) {
        for (int i = 0; i < states.size(); i++) {
            Value before = states.get(i);
            boolean fits = i < results.size()
                    && results.get(i).type() == before.type()
                    && Ops.mayBeEqual(results.get(i).shape(), before.shape(), -1);
            if (!fits) {
                throw new IllegalArgumentException("Scan: state " + before + " becomes "
                        + (i < results.size() ? results.get(i) : "nothing") + " (expected: its own type and shape)");
            }
        }
    }

    private static Shape without(Shape shape, int axis) {
        List<Dimension> dimensions = new ArrayList<>(shape.dimensions());
        dimensions.remove(shape.axis(axis));
        return Shape.of(dimensions);
    }

    private static Shape with(Shape shape, int axis, Dimension length) {
        if (axis > shape.rank()) {
            throw new IllegalArgumentException(
                    "Scan: step of shape " + shape + " (expected: rank " + axis + " or more, to put the axis in)");
        }
        List<Dimension> dimensions = new ArrayList<>(shape.dimensions());
        dimensions.add(axis, length);
        return Shape.of(dimensions);
    }
}
